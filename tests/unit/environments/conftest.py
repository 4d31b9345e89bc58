"""A builder over a store in memory, and short verbs around it. Tools, interpreters and processes are real."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from controlplane.adapters.environments import EnvironmentBuilder, EnvironmentSettings
from controlplane.adapters.memory import MemoryObjectStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.ports.image_builder import BuildEvent, BuildFailed, BuildLine, BuildSpec, BuildSucceeded


class Site:
    """A root of environments."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.objects = MemoryObjectStore(SystemClock())
        self._count = 0
        self.reopen(EnvironmentSettings())

    def reopen(self, settings: EnvironmentSettings) -> None:
        """As a control plane that starts again."""
        self.builder = EnvironmentBuilder(
            self.root, objects=self.objects, clock=SystemClock(), ids=SystemIds(), settings=settings
        )

    async def spec(self, files: Mapping[str, str], **more: str) -> BuildSpec:
        self._count += 1
        fields = {"env": "python", "entry_point": "", "base_image": "", "dependency_install_cmd": ""}
        fields |= {"build_id": f"alg-{self._count}", **more}
        await self.objects.put(f"source/{self._count}", zipped(files))
        return BuildSpec(algorithm_name="alg", archive_key=f"source/{self._count}", file_ext="zip", **fields)

    async def build(self, files: Mapping[str, str], **more: str) -> list[BuildEvent]:
        return [event async for event in self.builder.build(await self.spec(files, **more))]

    async def succeed(self, files: Mapping[str, str], **more: str) -> tuple[Path, list[str]]:
        """The environment's folder and the lines of the build."""
        events = await self.build(files, **more)
        assert isinstance(events[-1], BuildSucceeded), events[-1]
        return Path(events[-1].runtime.rpartition(":")[2]), lines_of(events)

    async def fail(self, files: Mapping[str, str], **more: str) -> str:
        """The error; nothing of the build may be left."""
        events = await self.build(files, **more)
        assert isinstance(events[-1], BuildFailed), events[-1]
        assert [path.name for path in self.root.iterdir()] == [".layers"]
        return events[-1].error


def lines_of(events: list[BuildEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, BuildLine)]


def zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "environments")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with one tiny package, ``tiny``, to install from without a network."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    info = "tiny-1.0.dist-info"
    files = {
        "tiny.py": "WORD = 'tiny'\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"tiny.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    (folder / "tiny-1.0-py3-none-any.whl").write_bytes(zipped(files))
    return folder
