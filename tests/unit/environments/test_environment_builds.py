"""Whole builds with real interpreters, pip, npm and processes. None needs a network."""

import asyncio
import json
import os
import select
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from controlplane.adapters.environments import EnvironmentSettings
from controlplane.adapters.environments.tools import run_tool
from controlplane.domain.errors import InvalidError, ObjectNotFoundError
from controlplane.ports.image_builder import BuildLine, BuildProgress, BuildSucceeded

from .conftest import Site, lines_of

GOOD = {"main.py": "def start(args):\n    return 1\n"}
GOOD_NODE = {"index.js": "exports.start = () => 1;\n"}


def wait_until_ended(pid: int) -> None:
    """Killed processes take a moment to be gone; one that was not killed makes this wait for ever."""
    with suppress(ProcessLookupError):
        pidfd = os.pidfd_open(pid)
        try:
            poll = select.poll()
            poll.register(pidfd, select.POLLIN)
            poll.poll()
        finally:
            os.close(pidfd)


async def test_python_without_dependencies(site: Site) -> None:
    """Shows the events in order, the runtime, the default entry point, an interpreter of its own and the marker."""
    events = await site.build({"main.py": "print('hello')\n" + GOOD["main.py"], "requirements.txt": "# none\n"})
    assert [event.percent for event in events if isinstance(event, BuildProgress)] == [20, 40, 80]
    assert lines_of(events) == ["hello"]
    folder = site.root / "alg" / "alg-1"
    assert events[-1] == BuildSucceeded(runtime=f"env:python:{folder}", entry_point="main.py")
    prefix = subprocess.run(
        [folder / "venv/bin/python", "-c", "import sys; print(sys.prefix)"], capture_output=True, check=True
    )
    assert prefix.stdout.decode().strip() == str(folder / "venv")
    assert json.loads((folder / "environment.json").read_bytes())["entry_point"] == "main.py"
    assert sorted(path.name for path in folder.iterdir()) == ["code", "environment.json", "venv"]


@pytest.mark.parametrize("entry", ["pkg/mod.py", "pkg.mod", "pkg/mod"])
async def test_entry_points_of_python(site: Site, entry: str) -> None:
    """Shows all spellings, with a relative and an absolute import of the code's own modules."""
    files = {"top.py": "", "pkg/mod.py": "from . import near\nimport top\ndef start(args): ...\n", "pkg/near.py": ""}
    await site.succeed(files, entry_point=entry)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"algo.py": "", "lib/x.py": ""}, r"main\.py is not in the archive, which has algo\.py, lib/"),
        ({"main.py": "def start(args)\n"}, r"syntax error in main\.py, line 1"),
        ({"main.py": "import helper\n", "helper.py": "\nx = (\n"}, r"syntax error in helper\.py, line 2"),
        (
            {"main.py": "import no_such_module\n"},
            r"line 1 imports no_such_module, which is not installed; add it to req",
        ),
        ({"main.py": "import yaml\n"}, "its package, PyYAML, to requirements"),
        (
            {"main.py": "from . import near\nfrom .far import x\n", "near.py": ""},
            "imports far, which is not in the archive",
        ),
        ({"main.py": "x = 1\n"}, "has no function start"),
        ({"main.py": "start = 1\n"}, "has no function start"),
        (
            {"main.py": "import sys\nsys.exit(3)\n"},
            r"line 2 ends the process while it is imported \(sys\.exit with 3\)",
        ),
        ({"main.py": "import os\nos._exit(4)\n"}, "the process ended with exit code 4 while"),
        ({"main.py": "import os\nos.kill(os.getpid(), 11)\n"}, "was ended by SIGSEGV"),
        ({"main.py": "\nx = 1 / 0\n"}, r"failed in main\.py, line 2: ZeroDivisionError"),
    ],
)
async def test_python_that_does_not_load(site: Site, files: dict[str, str], sentence: str) -> None:
    """Shows a sentence for each way of being no algorithm; nothing of the build is left."""
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(await site.fail(files))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"app.js": ""}, r"index\.js is not in the archive, which has app\.js"),
        ({"index.js": "exports.start = ( => 1\n"}, r"syntax error in index\.js, line 1"),
        ({"index.js": "require('nope')\n"}, r"package nope is loaded but not installed; add it .* package\.json"),
        (
            {"index.js": "import 'nope'\n", "package.json": '{"type": "module"}'},
            "package nope is loaded but not installed",
        ),
        ({"index.js": "require('./near')\n"}, r"\./near is loaded but is not in the archive"),
        ({"index.js": "exports.stop = 1\n"}, "does not export a function named start.*it exports stop"),
        ({"index.js": "process.exit(3)\n"}, r"ends the process while it is loaded \(exit code 3\)"),
        ({"index.js": "await new Promise(() => {})\n", "package.json": '{"type": "module"}'}, "never finishes loading"),
        ({"index.js": "\nnull.x\n"}, r"failed in index\.js, line 2: TypeError"),
        ({**GOOD_NODE, "package.json": "{"}, r"package\.json is no JSON"),
        ({**GOOD_NODE, "package.json": '{"dependencies": []}'}, "must be an object of package names"),
    ],
)
async def test_node_that_does_not_load(site: Site, files: dict[str, str], sentence: str) -> None:
    """The same for Node.js."""
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(await site.fail(files, env="nodejs"))


@pytest.mark.parametrize("entry", ["/main.py", "../main.py"])
async def test_an_entry_point_outside(site: Site, entry: str) -> None:
    """Shows that an entry point must be in the archive."""
    assert "must be a path inside the archive" in await site.fail(GOOD, entry_point=entry)


async def test_other_failures_of_the_author(site: Site) -> None:
    """Shows an unknown language and an archive that breaks a rule."""
    assert "env 'cobol' cannot be built here; it is one of python, nodejs" in await site.fail(GOOD, env="cobol")
    assert "climbs out" in await site.fail({"../main.py": ""})


async def test_what_is_not_the_authors_doing_is_raised(site: Site) -> None:
    """Shows a missing archive and names that are no folder's; nothing is left of either."""
    spec = await site.spec(GOOD)
    await site.objects.delete(spec.archive_key)
    with pytest.raises(ObjectNotFoundError):
        [event async for event in site.builder.build(spec)]
    with pytest.raises(InvalidError, match="build_id"):
        await site.build(GOOD, build_id="../up")
    assert [path.name for path in site.root.iterdir()] == [".layers"]


async def test_code_that_takes_too_long_to_load(site: Site) -> None:
    """Shows the time limit of the load check on code that waits for ever."""
    site.reopen(EnvironmentSettings(load_check_seconds=0.5))
    assert "took more than 0.5 s" in await site.fail({"main.py": "import threading\nthreading.Event().wait()\n"})


async def test_missing_node(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Shows that the program is named, with the way to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "node is not installed" in await site.fail(GOOD_NODE, env="nodejs")


async def test_requirements_are_installed_once(site: Site, wheels: Path) -> None:
    """Shows a package by pip, and that the second build links what the first installed and runs no pip."""
    files = {
        "main.py": "import tiny\nprint(tiny.WORD)\n" + GOOD["main.py"],
        "requirements.txt": f"--no-index\n--find-links {wheels}\ntiny\n",
    }
    _, first = await site.succeed(files)
    assert first[-1] == "tiny"
    assert any("Successfully installed tiny" in line for line in first)
    events = await site.build(files)
    assert isinstance(events[-1], BuildSucceeded)
    assert lines_of(events) == ["tiny"]
    assert (
        BuildProgress(percent=60, message="The packages of requirements.txt are there from an earlier build") in events
    )


async def test_builds_that_race_for_a_layer(site: Site, wheels: Path) -> None:
    """Shows that both succeed and share one layer."""
    files = {"main.py": "import tiny\n" + GOOD["main.py"], "requirements.txt": f"--no-index\n-f {wheels}\ntiny\n"}
    await asyncio.gather(site.succeed(files), site.succeed(files))
    assert len(list((site.root / ".layers").iterdir())) == 1


async def test_a_local_requirement_is_never_shared(site: Site) -> None:
    """Shows that a package in the archive is installed anew, as it may change while requirements.txt does not."""
    for word in ("one", "two"):
        files = {
            "index.js": "console.log(require('lib'));\n" + GOOD_NODE["index.js"],
            "package.json": json.dumps({"name": "a", "version": "1.0.0", "dependencies": {"lib": "file:./lib"}}),
            "lib/package.json": json.dumps({"name": "lib", "version": "1.0.0"}),
            "lib/index.js": f"module.exports = '{word}';\n",
        }
        _, lines = await site.succeed(files, env="nodejs")
        assert lines[-1] == word
    assert list((site.root / ".layers").iterdir()) == []


async def test_local_packages_find_each_other(site: Site) -> None:
    """Shows a package of the archive that needs another one of it."""
    files = {
        "index.js": "require('near');\n" + GOOD_NODE["index.js"],
        "package.json": json.dumps({"name": "a", "dependencies": {"near": "file:./near", "deep": "file:./deep"}}),
        "near/package.json": '{"name": "near", "version": "1.0.0"}',
        "near/index.js": "require('deep');\n",
        "deep/package.json": '{"name": "deep", "version": "1.0.0"}',
        "deep/index.js": "",
    }
    await site.succeed(files, env="nodejs")


async def test_a_requirement_that_does_not_exist(site: Site, wheels: Path) -> None:
    """Shows pip's own words in the error."""
    error = await site.fail({**GOOD, "requirements.txt": f"--no-index\n-f {wheels}\nno-such\n"})
    assert "pip ended with exit code 1; correct requirements.txt" in error
    assert "No matching distribution found for no-such" in error


async def test_an_install_command(site: Site, wheels: Path) -> None:
    """Shows that it runs in the code folder with the environment's pip, instead of the requirements, and without input."""
    command = f"read x; pip install --no-index -f {wheels} tiny && echo 'warning: noise' >&2 && ls"
    files = {"main.py": "import tiny\n" + GOOD["main.py"], "requirements.txt": "no-such\n"}
    _, lines = await site.succeed(files, dependency_install_cmd=command)
    assert "warning: noise" in lines
    assert lines[-2:] == ["main.py", "requirements.txt"]
    assert "dependencyInstallCmd ended with exit code 7" in await Site(site.root.with_name("b")).fail(
        GOOD, dependency_install_cmd="exit 7"
    )


async def test_closing_a_build_ends_its_processes(site: Site) -> None:
    """Shows that a tool and its child are gone when closing returns, as is the folder."""
    spec = await site.spec(GOOD, dependency_install_cmd="sleep 1000 & echo child $! $$; wait")
    events = site.builder.build(spec)
    async for event in events:
        if isinstance(event, BuildLine) and event.text.startswith("child"):
            child, parent = event.text.split()[1:]
            break
    await events.aclose()
    for pid in (child, parent):
        wait_until_ended(int(pid))
    assert [path.name for path in site.root.iterdir()] == [".layers"]


async def test_what_a_tool_leaves_behind_is_ended(tmp_path: Path) -> None:
    """Shows that a child which outlives its tool neither holds up the end nor lives on."""
    lines: list[str] = []

    async def say(line: str) -> None:
        lines.append(line)

    command = ["sh", "-c", "sleep 1000 & echo $!"]
    ended = await run_tool(command, cwd=tmp_path, environment=os.environ, say=say, limit_seconds=60)
    assert ended.exit_code == 0
    wait_until_ended(int(lines[0]))


async def test_a_start_removes_what_is_unfinished(site: Site, wheels: Path) -> None:
    """Shows that complete environments and their layers stay, and that folders without marker and half layers go."""
    files = {**GOOD, "requirements.txt": f"--no-index\n-f {wheels}\ntiny\n"}
    kept, _ = await site.succeed(files)
    broken, _ = await site.succeed(GOOD)
    (broken / "environment.json").unlink()
    (site.root / ".layers" / ".tmp-x").mkdir()
    site.reopen(EnvironmentSettings(unused_layers=0))
    assert kept.is_dir()
    assert not broken.exists()
    assert len(list((site.root / ".layers").iterdir())) == 1


async def test_remove(site: Site, wheels: Path) -> None:
    """Shows that an environment and its unused layer go, that twice does no harm, and that nothing else can be removed."""
    site.reopen(EnvironmentSettings(unused_layers=0))
    folder, _ = await site.succeed({**GOOD, "requirements.txt": f"--no-index\n-f {wheels}\ntiny\n"})
    for _ in range(2):
        await site.builder.remove(f"env:python:{folder}")
    assert [path.name for path in site.root.iterdir()] == [".layers"]
    assert list((site.root / ".layers").iterdir()) == []
    outside = site.root.with_name("outside") / "build"
    outside.mkdir(parents=True)
    for path in (site.root, site.root / "..", site.root / "a" / ".." / ".." / "outside" / "build", outside):
        with pytest.raises(InvalidError):
            await site.builder.remove(f"env:python:{path}")
    with pytest.raises(InvalidError, match="no environment below"):
        await site.builder.remove("image:x")
    assert outside.is_dir()
    assert (site.root / ".layers").is_dir()
