"""From code to something that runs: a container image, or an environment of its own on disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from controlplane.ports.streams import AsyncStream


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSpec:
    build_id: str
    algorithm_name: str
    env: str
    """``python`` or ``nodejs`` (later ``java``, ``dotnet``)."""

    archive_key: str
    """Object with the zip or tar.gz; empty for git."""

    file_ext: str
    """``zip`` or ``gz``; empty for git."""

    entry_point: str
    """As the author wrote it; empty means the environment's default."""

    base_image: str
    dependency_install_cmd: str
    git_url: str = ""
    """Address to clone from, when there is no archive."""

    git_commit: str = ""
    """Commit, tag or branch to check out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    percent: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildLine:
    """A line of a tool that the build runs."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSucceeded:
    runtime: str
    """What ``WorkerSpec.runtime`` wants."""

    entry_point: str
    """Resolved entry point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFailed:
    """The last event of a build that failed by the author's doing; other causes are raised."""

    error: str
    """A sentence that says what is wrong and what to do, then the tool's own last lines if there are any."""


BuildEvent = BuildProgress | BuildLine | BuildSucceeded | BuildFailed


class ImageBuilder(Protocol):
    def build(self, spec: BuildSpec) -> AsyncStream[BuildEvent]:
        """Events of the build; the last one is ``BuildSucceeded`` or ``BuildFailed``.

        Closing the iterator stops the build and removes what it made so far.
        """
        ...

    async def remove(self, runtime: str) -> None:
        """Removes what a build made. Nothing happens when it is gone."""
        ...


class SourceInspector(Protocol):
    """Looks at an archive before anything is stored."""

    def inspect(self, archive: Path, file_name: str) -> str:
        """``zip`` or ``gz``, by content first, then by name.

        Raises ``InvalidError`` for anything else, and for archives that break a rule: paths that climb out of the folder,
        absolute paths, links that leave it, devices, more than 100,000 members, more than 2 GiB unpacked, or over 200 times
        the archive's size above 64 MiB.
        """
        ...
