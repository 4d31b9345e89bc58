"""The ImageBuilder port over the embedded builder: real archives, real virtual environments, real pip and npm."""

import asyncio
import io
import json
import os
import subprocess
import tarfile
import zipfile
from contextlib import aclosing
from pathlib import Path

import pytest

from controlplane.adapters.environments import ArchiveInspector, EnvironmentBuilder, EnvironmentSettings
from controlplane.adapters.memory import MemoryObjectStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.domain.errors import InvalidError
from controlplane.ports.image_builder import (
    BuildEvent,
    BuildFailed,
    BuildLine,
    BuildProgress,
    BuildSpec,
    BuildSucceeded,
)

GOOD = "def start(args):\n    return 1\n"


class Bench:
    """A builder and short verbs."""

    def __init__(self, root: Path, **settings: float) -> None:
        self.root = root
        self.objects = MemoryObjectStore(SystemClock())
        self.settings = EnvironmentSettings(**settings)
        self.builder = self.make()

    def make(self) -> EnvironmentBuilder:
        return EnvironmentBuilder(
            self.root, objects=self.objects, clock=SystemClock(), ids=SystemIds(), settings=self.settings
        )

    async def spec(self, files: dict[str, str], *, build_id: str = "alg-1", **more: str) -> BuildSpec:
        fields = {"env": "python", "entry_point": "", "base_image": "", "dependency_install_cmd": "", **more}
        await self.objects.put(f"source/{build_id}", packed(files))
        return BuildSpec(
            build_id=build_id, algorithm_name="alg", archive_key=f"source/{build_id}", file_ext="gz", **fields
        )

    async def build(self, files: dict[str, str], **more: str) -> list[BuildEvent]:
        return [event async for event in self.builder.build(await self.spec(files, **more))]


def packed(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            info.mode = 0o755 if name.endswith(".sh") else 0o644
            tar.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def succeeded(events: list[BuildEvent]) -> BuildSucceeded:
    assert isinstance(events[-1], BuildSucceeded), events
    return events[-1]


def failed(events: list[BuildEvent]) -> str:
    assert isinstance(events[-1], BuildFailed), events
    return events[-1].error


def percents(events: list[BuildEvent]) -> list[int]:
    return [event.percent for event in events if isinstance(event, BuildProgress)]


def text_of(events: list[BuildEvent]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, BuildLine))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "environments")


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A folder with one tiny package, so that pip needs no network."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tinyheart-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("tinyheart/__init__.py", "BEAT = 42\n")
        archive.writestr("tinyheart-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tinyheart\nVersion: 1.0\n")
        archive.writestr(
            "tinyheart-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tinyheart-1.0.dist-info/RECORD", "")
    return folder


async def test_an_environment_of_its_own(bench: Bench) -> None:
    """Code and interpreter stand at the path that the runtime names; progress only grows; nothing of ours leaks in."""
    events = await bench.build({"main.py": GOOD})
    done = succeeded(events)
    kind, language, path = done.runtime.split(":")
    assert (kind, language, done.entry_point) == ("env", "python", "main.py")
    assert (Path(path) / "code" / "main.py").read_text() == GOOD
    assert percents(events) == sorted(percents(events))
    assert percents(events)[0] == 20
    python = Path(path) / "venv" / "bin" / "python"
    seen = subprocess.run([python, "-c", "import grpc"], capture_output=True, text=True, check=False)
    assert "No module named 'grpc'" in seen.stderr


@pytest.mark.parametrize("entry", ["main.py", "main", "pkg/mod.py", "pkg/mod", "pkg.mod"])
async def test_entry_points(bench: Bench, entry: str) -> None:
    """All spellings of a module, with imports of siblings relative and absolute."""
    files = {
        "main.py": "import helper\n" + GOOD,
        "helper.py": "",
        "pkg/__init__.py": "",
        "pkg/mod.py": "from . import other\nimport pkg.other\n" + GOOD,
        "pkg/other.py": "",
    }
    assert succeeded(await bench.build(files, entry_point=entry)).entry_point == entry


async def test_a_packed_folder_is_taken_for_its_content(bench: Bench) -> None:
    """When everything is in one folder and the entry point inside it, that folder is the top."""
    done = succeeded(await bench.build({"mine/main.py": GOOD, "mine/data.txt": "x"}))
    assert (Path(done.runtime.split(":")[2]) / "code" / "data.txt").exists()


async def test_requirements_are_installed_once(bench: Bench, wheel: Path) -> None:
    """The first build installs, with pip's lines in its log; a second one with the same requirements does not."""
    files = {
        "main.py": "import tinyheart\nassert tinyheart.BEAT == 42\n" + GOOD,
        "requirements.txt": f"# mine\n--no-index\n--find-links {wheel}\ntinyheart==1.0\n",
    }
    first = await bench.build(files, build_id="alg-1")
    succeeded(first)
    assert "tinyheart" in text_of(first)
    for package in wheel.iterdir():
        package.unlink()
    second = await bench.build({**files, "more.py": ""}, build_id="alg-2")
    succeeded(second)
    assert "tinyheart" not in text_of(second)


async def test_two_builds_that_install_the_same_at_once(bench: Bench, wheel: Path) -> None:
    """They race for one layer, and both work."""
    files = {
        "main.py": "import tinyheart\n" + GOOD,
        "requirements.txt": f"--no-index\n--find-links {wheel}\ntinyheart\n",
    }
    both = await asyncio.gather(bench.build(files, build_id="alg-1"), bench.build(files, build_id="alg-2"))
    for events in both:
        succeeded(events)
    assert len(list((bench.root / ".layers").iterdir())) == 1


def npm_package(folder: Path, name: str, code: str, dependencies: dict[str, str]) -> str:
    """A package as npm packs it; what to name it by as a dependency."""
    manifest = {"name": name, "version": "1.0.0", "main": "i.js", "dependencies": dependencies}
    path = folder / f"{name}-1.0.0.tgz"
    path.write_bytes(packed({"package/package.json": json.dumps(manifest), "package/i.js": code}))
    return f"file:{path}"


async def test_npm_packages(bench: Bench, tmp_path: Path) -> None:
    """Dependencies of package.json are there when the code is loaded, CommonJS and ES modules alike."""
    deep = npm_package(tmp_path, "deep-heart", "exports.beat = 42;\n", {})
    tiny = npm_package(tmp_path, "tiny-heart", "exports.beat = require('deep-heart').beat;\n", {"deep-heart": deep})
    manifest = json.dumps({"name": "alg", "version": "1.0.0", "dependencies": {"tiny-heart": tiny}})
    code = "const { beat } = require('tiny-heart');\nmodule.exports.start = () => beat;\n"
    events = await bench.build({"index.js": code, "package.json": manifest}, env="nodejs")
    assert succeeded(events).entry_point == "index.js"
    module = "import heart from 'tiny-heart';\nexport function start() { return heart.beat; }\n"
    again = await bench.build(
        {"main.mjs": module, "package.json": manifest}, env="nodejs", entry_point="main.mjs", build_id="alg-2"
    )
    succeeded(again)


async def test_an_install_command_instead(bench: Bench) -> None:
    """It runs in the code folder, with the environment's own pip; its failure is the build's, with its lines."""
    command = "pip --version && sh prepare.sh"
    files = {"main.py": GOOD, "prepare.sh": "echo preparing; echo warning: odd >&2; touch prepared\n"}
    events = await bench.build(files, dependency_install_cmd=command)
    path = Path(succeeded(events).runtime.split(":")[2])
    assert (path / "code" / "prepared").exists()
    assert "preparing" in text_of(events)
    assert str(path) in text_of(events), "pip is the environment's"
    broken = await bench.build({"main.py": GOOD}, dependency_install_cmd="echo so far; exit 3", build_id="alg-2")
    assert "exit code 3" in failed(broken)
    assert "so far" in failed(broken)
    assert not (bench.root / "alg" / "alg-2").exists()


async def test_what_an_import_prints_is_in_the_log(bench: Bench) -> None:
    """Also when it then goes wrong, and when it ends the process outright."""
    assert "hello there" in text_of(await bench.build({"main.py": "print('hello there')\n" + GOOD}))
    dead = await bench.build({"main.py": "import os\nprint('last words', flush=True)\nos._exit(4)\n"}, build_id="alg-2")
    assert "exit code 4" in failed(dead)
    assert "last words" in failed(dead)


async def test_code_that_takes_for_ever_to_load(tmp_path: Path) -> None:
    """The limit ends it, and the text says what to do."""
    bench = Bench(tmp_path / "e", load_check_seconds=0.5)
    assert "start or init" in failed(await bench.build({"main.py": "import time\ntime.sleep(1000)\n"}))


async def test_packages_of_ours_do_not_stand_in(bench: Bench) -> None:
    """What only the control plane has is missing for the algorithm, and the text says where to list it."""
    error = failed(await bench.build({"main.py": "import structlog\n" + GOOD}))
    assert "structlog" in error
    assert "requirements.txt" in error


async def test_closing_a_build_ends_its_tools_and_removes_it(bench: Bench, tmp_path: Path) -> None:
    """Somebody stops the build in the middle of an installation: the whole process group ends."""
    fifo = tmp_path / "pid"
    os.mkfifo(fifo)
    spec = await bench.spec({"main.py": GOOD}, dependency_install_cmd=f"echo $$ > {fifo}; sleep 1000")
    stream = bench.builder.build(spec)
    reader = asyncio.create_task(asyncio.to_thread(fifo.read_text))

    async def follow() -> None:
        async with aclosing(stream) as events:
            async for _ in events:
                pass

    building = asyncio.create_task(follow())
    pidfd = os.pidfd_open(int(await reader))
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(pidfd, gone.set)
    building.cancel()
    with pytest.raises(asyncio.CancelledError):
        await building
    await gone.wait()
    asyncio.get_running_loop().remove_reader(pidfd)
    os.close(pidfd)
    assert not (bench.root / "alg" / "alg-1").exists()


async def test_what_is_unfinished_is_removed_at_the_next_start(bench: Bench) -> None:
    """A folder without its marker does not count; finished environments stay."""
    done = succeeded(await bench.build({"main.py": GOOD}))
    cut_off = bench.root / "alg" / "alg-9" / "code"
    cut_off.mkdir(parents=True)
    bench.make()
    assert not cut_off.exists()
    assert Path(done.runtime.split(":")[2]).exists()


async def test_remove(bench: Bench) -> None:
    """Removes the environment, twice if asked, and nothing outside its folder."""
    done = succeeded(await bench.build({"main.py": GOOD}))
    await bench.builder.remove(done.runtime)
    await bench.builder.remove(done.runtime)
    assert not Path(done.runtime.split(":")[2]).exists()
    with pytest.raises(InvalidError):
        await bench.builder.remove(f"env:python:{bench.root.parent}")
    assert bench.root.exists()


async def test_a_language_that_cannot_be_built(bench: Bench) -> None:
    """Says which can."""
    assert "python, nodejs" in failed(await bench.build({"main.py": GOOD}, env="java"))


def hard_link() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("out")
        info.type, info.linkname = tarfile.LNKTYPE, "../../etc/passwd"
        tar.addfile(info)
    return buffer.getvalue()


def device() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("null")
        info.type = tarfile.CHRTYPE
        tar.addfile(info)
    return buffer.getvalue()


def through_a_link() -> bytes:
    """A link to outside, then a file below its name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("d")
        info.type, info.linkname = tarfile.SYMTYPE, "/tmp"
        tar.addfile(info)
        tar.addfile(tarfile.TarInfo("d/evil"))
    return buffer.getvalue()


ARCHIVES = [
    ("hard link", hard_link(), "out"),
    ("device", device(), "null"),
    ("through a link", through_a_link(), "outside the folder"),
    ("not an archive", b"hello", "data.fileExt should be equal to one of the allowed values"),
    ("nothing", b"", "data.fileExt should be"),
    ("damaged", b"\x1f\x8b" + b"x" * 100, "damaged"),
    ("damaged zip", b"PK\x03\x04" + b"x" * 100, "damaged"),
]


@pytest.mark.parametrize(("data", "text"), [row[1:] for row in ARCHIVES], ids=[row[0] for row in ARCHIVES])
def test_archives_that_are_refused(tmp_path: Path, data: bytes, text: str) -> None:
    """Looked at before anything is stored; the message names the member or what is wrong."""
    archive = tmp_path / "a"
    archive.write_bytes(data)
    with pytest.raises(InvalidError) as error:
        ArchiveInspector().inspect(archive, "a")
    assert text in error.value.message
    assert error.value.field == "file"


def test_links_inside_the_folder_are_welcome(tmp_path: Path) -> None:
    """Only those that leave it are not."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("a/b.py"))
        info = tarfile.TarInfo("a/c.py")
        info.type, info.linkname = tarfile.SYMTYPE, "../a/b.py"
        tar.addfile(info)
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(buffer.getvalue())
    assert ArchiveInspector().inspect(archive, "a.tar.gz") == "gz"
