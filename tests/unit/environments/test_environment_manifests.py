"""The pure parts: requirements files, package.json and lines of output."""

import pytest

from controlplane.adapters.environments import nodejs, requirements
from controlplane.adapters.environments.output import Excerpt, LineSplitter


@pytest.mark.parametrize(
    ("text", "asks", "complete"),
    [
        (b"", False, True),
        (b"# nothing\n\n", False, True),
        (b"--index-url https://x/simple\n", False, True),
        (b"numpy==1.0 # exact\nrequests[socks]>=2; python_version < '4'\n", True, True),
        (b"--no-index\n--find-links /wheels\ntiny\n", True, True),
        (b"--find-links wheels\ntiny\n", True, False),
        (b"-r other.txt\n", True, False),
        (b"-c limits.txt\ntiny\n", True, False),
        (b"-e .\n", True, False),
        (b".\n", True, False),
        (b"./lib\n", True, False),
        (b"tiny-1.0-py3-none-any.whl\n", True, False),
        (b"tiny @ file:///wheels/tiny.whl\n", True, False),
        (b"tiny @ https://x/tiny.whl\n", True, True),
        (b"tiny==${VERSION}\n", True, False),
        ("\ufefftiny\r\n".encode("utf-16-le"), True, True),
        (b"tiny==1.0 \\\n  --hash=sha256:00\n", True, True),
    ],
)
def test_requirements(text: bytes, asks: bool, complete: bool) -> None:
    """Shows which files ask for anything, and which say all by themselves, so that their packages can be shared."""
    lines = requirements.lines_of(text)
    assert (requirements.holds_requirement(lines), requirements.is_complete(lines)) == (asks, complete)


@pytest.mark.parametrize(
    ("package", "complete"),
    [
        ({"dependencies": {"a": "^1.0.0"}}, True),
        ({"dependencies": {"a": "file:./a"}}, False),
        ({"dependencies": {"a": "../a"}}, False),
        ({"overrides": {"a": {"b": "file:b"}}}, False),
        ({"workspaces": ["a"]}, False),
        ({"scripts": {"postinstall": "node x.js"}}, False),
        ({"scripts": {"test": "node x.js"}}, True),
    ],
)
def test_packages(package: dict[str, object], complete: bool) -> None:
    """Shows when npm would look at more than package.json and its lock file."""
    assert nodejs.is_complete(package) == complete


def test_lines() -> None:
    """Shows lines over several pieces, progress bars, endless lines and an end without a line break."""
    splitter = LineSplitter()
    lines = [
        line
        for piece in (b"a\nb", b"c\r\n10%\r20%\rdone\n", b"x" * 9000 + b"\n", b"end")
        for line in splitter.feed(piece)
    ]
    lines += splitter.finish()
    assert lines == ["a", "bc", "done", "x" * 4000 + " [...]", "end"]


def test_excerpt() -> None:
    """Shows that the first 10 and the last 40 lines are kept, with a word on the others only if there are any."""
    for count, gap in ((50, []), (53, ["[3 lines left out]"])):
        excerpt = Excerpt()
        for number in range(count):
            excerpt.add(str(number))
        kept = [*map(str, range(10)), *gap, *map(str, range(count - 40, count))]
        assert excerpt.text().split("\n") == kept
