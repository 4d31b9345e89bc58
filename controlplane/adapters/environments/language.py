"""What every language does in a build, and what it is given for that."""

import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from controlplane.adapters.environments.layers import Layers
from controlplane.adapters.environments.settings import EnvironmentSettings
from controlplane.adapters.environments.tools import BuildError, Ended, Say, run_tool
from controlplane.ports.image_builder import BuildSpec

MAX_MANIFEST_BYTES = 4 * 1024 * 1024
"""Of a file that lists dependencies and is read whole."""

_NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build under way."""

    spec: BuildSpec
    entry_point: str
    """Never empty, relative, without ``..``."""
    folder: Path
    scratch: Path
    """For temporary files; removed at the end."""
    layers: Layers
    layer_name: str
    """No other build has it."""
    settings: EnvironmentSettings
    say: Say
    """Passes on a line of a tool."""
    installing: Say
    """Says, before the first line, what is done about dependencies; not called when there are none."""

    @property
    def code(self) -> Path:
        return self.folder / "code"


@dataclass(frozen=True, slots=True)
class Installed:
    digest: str = ""
    """Of what was asked for; empty when nothing was."""
    layer: str = ""
    """Digest of the layer that was linked in; empty when there is none."""


class Language(Protocol):
    @property
    def default_entry_point(self) -> str: ...

    def entry_files(self, entry_point: str) -> Sequence[str]:
        """The files that an entry point may mean, relative to the code folder."""
        ...

    async def install(self, build: Build) -> Installed:
        """Makes the interpreter, if it is one of its own, and installs dependencies. Raises ``BuildError``."""
        ...

    async def check(self, build: Build) -> str:
        """Loads the entry point in a child as a worker would, and returns the interpreter's version. Raises ``BuildError``."""
        ...


def entry_point_of(written: str, language: Language) -> str:
    """What the author wrote, or the language's default. Raises ``BuildError``."""
    entry_point = written.strip() or language.default_entry_point
    path = PurePosixPath(entry_point.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in entry_point:
        raise BuildError(
            f"the entry point {entry_point!r} must be a path inside the archive, such as {language.default_entry_point}"
        )
    return entry_point


def check_entry_file(build: Build, language: Language) -> None:
    """Raises ``BuildError`` when there is no such file. Blocks shortly."""
    if any((build.code / name).is_file() for name in language.entry_files(build.entry_point)):
        return
    names = sorted(path.name + "/" * path.is_dir() for path in build.code.iterdir())
    more = [f"and {len(names) - _NAMES_SHOWN} more"] if len(names) > _NAMES_SHOWN else []
    raise BuildError(
        f"the entry point {build.entry_point} is not in the archive, which has {', '.join(names[:_NAMES_SHOWN] + more)}; "
        "set the algorithm's entryPoint to the file with the function start"
    )


async def install_with(
    build: Build, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], advice: str
) -> None:
    """Runs an installing tool; only its exit code decides. ``advice`` ends the sentence of the error."""
    tool = "the dependencyInstallCmd" if command[0] == "sh" else "pip" if "pip" in command else "npm"
    limit = build.settings.install_seconds
    try:
        ended = await run_tool(command, cwd=cwd, environment=environment, say=build.say, limit_seconds=limit)
    except TimeoutError:
        raise BuildError(
            f"the dependencies were not installed within {limit:g} s: {tool} was stopped; {advice}"
        ) from None
    if ended.exit_code != 0:
        raise BuildError(
            f"the dependencies could not be installed: {tool} {ending(ended)}; {advice}\n{ended.excerpt}".rstrip()
        )


async def run_check(build: Build, command: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Runs a load check with its time limit. Raises ``BuildError``."""
    limit = build.settings.load_check_seconds
    try:
        return await run_tool(command, cwd=build.code, environment=environment, say=build.say, limit_seconds=limit)
    except TimeoutError:
        raise BuildError(
            f"loading {build.entry_point} took more than {limit:g} s; "
            "do the work in start or init, which run for a task, and not while the file is loaded"
        ) from None


def ending(ended: Ended) -> str:
    """How a process ended, in words."""
    if ended.exit_code >= 0:
        return f"ended with exit code {ended.exit_code}"
    try:
        return f"was ended by {signal.Signals(-ended.exit_code).name}"
    except ValueError:
        return f"was ended by signal {-ended.exit_code}"


def read_manifest(path: Path) -> bytes:
    """A file that lists dependencies. Raises ``BuildError`` when it is too large."""
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        raise BuildError(f"{path.name} has more than {MAX_MANIFEST_BYTES} bytes; it should only list dependencies")
    return path.read_bytes()


def platform_facts() -> tuple[str, ...]:
    """What, besides the interpreter, decides which binaries fit."""
    import platform

    return sys.platform, platform.machine(), "-".join(platform.libc_ver())
