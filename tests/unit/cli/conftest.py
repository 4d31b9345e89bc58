"""Fixtures of the command line: one real server for all tests, a configuration of its own for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from distributedkube.cli.main import app
from tests.unit.cli.fake_rest import FakeRest, Serving

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def serving() -> Iterator[tuple[FakeRest, str]]:
    rest = FakeRest()
    with Serving(rest) as address:
        yield rest, address


@pytest.fixture
def address(serving: tuple[FakeRest, str]) -> str:
    return serving[1]


@pytest.fixture
def rest(serving: tuple[FakeRest, str], monkeypatch: pytest.MonkeyPatch, config_file: Path) -> FakeRest:
    serving[0].reset()
    monkeypatch.setenv("DISTRIBUTEDKUBE_ENDPOINT", serving[1])
    return serving[0]


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ENDPOINT", "TOKEN", "CA_FILE", "REJECT_UNAUTHORIZED"):
        monkeypatch.delenv(f"DISTRIBUTEDKUBE_{name}", raising=False)
    path = tmp_path / "config" / "config.yml"
    monkeypatch.setenv("DISTRIBUTEDKUBE_CONFIG", str(path))
    return path


@pytest.fixture
def run(config_file: Path) -> Run:
    """Runs the command line with the given words."""
    return lambda *words, stdin=None: CliRunner().invoke(app, [str(word) for word in words], input=stdin)
