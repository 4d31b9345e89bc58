"""One live server for all rows of the contract. Tests use names of their own, so that none sees what another made."""

import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.rest.server import Rest, server

ECHO = "def start(args):\n    return args['input'][0] if args['input'] else None\n"
HOLD = """
import threading

gone = threading.Event()


def init(args):
    gone.clear()


def start(args):
    gone.wait()


def stop(args):
    gone.set()
"""
_numbers = count(1)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    """The server with two algorithms: `echo` returns its first input, `hold` runs until it is stopped."""
    with server(tmp_path_factory.mktemp("rest")) as rest:
        rest.apply_code("echo", ECHO)
        rest.apply_code("hold", HOLD)
        yield rest


@pytest.fixture
def rest(live: Rest, request: pytest.FixtureRequest) -> Iterator[Rest]:
    """The server, holding the test to the routes that its mark ``covers`` names."""
    live.seen.clear()
    yield live
    check_covers(live, request)


def check_covers(live: Rest, request: pytest.FixtureRequest) -> None:
    """Fails when a test has not called a route that its mark ``covers`` names."""
    for mark in request.node.iter_markers("covers"):
        for route in mark.args:
            assert any(is_of(route, verb, path) for verb, path in live.seen), f"this test never calls {route}"


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """Makes names that no other test uses: ``fresh("pipe")`` gives ``pipe-7``."""
    return lambda stem: f"{stem}-{next(_numbers)}"


def is_of(route: str, verb: str, path: str) -> bool:
    """Whether a request is one of a route such as ``GET /api/v1/exec/status/{job_id}``."""
    wanted, _, template = route.partition(" ")
    steps = [
        ".+" if step.endswith("=**}") else "[^/]+" if step.startswith("{") else re.escape(step)
        for step in template.split("/")
    ]
    return verb == wanted and re.fullmatch("/".join(steps) + "/?", path, re.IGNORECASE) is not None
