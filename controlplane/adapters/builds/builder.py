"""An ``ImageBuilder`` that makes an environment on disk for each build.

``<root>/<algorithm>/<build id>/`` holds the code and, for Python, a virtual environment. It is made in place, since virtual
environments do not like to be moved, and counts only once its marker file is there. Installed dependencies are layers of
their own, shared by all builds that ask for the same: the second build with unchanged requirements installs nothing.
"""

import asyncio
import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from controlplane.adapters.builds.archives import strip_single_folder, unpack
from controlplane.adapters.builds.languages import LANGUAGES, TOOL_HELP, BadManifestError, Install, Language
from controlplane.adapters.builds.tools import ToolMissingError, ToolRun, lines
from controlplane.domain.errors import InvalidError
from controlplane.ports.image_builder import (
    BuildEvent,
    BuildFailed,
    BuildLine,
    BuildProgress,
    BuildSpec,
    BuildSucceeded,
)
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.system import Clock, Ids

MARKER = "environment.json"
LAYERS = ".layers"
SUPPORT = ".support"
VERDICT = "check: "
LISTED_FILES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSettings:
    node_loader: Path
    """File of the Node worker that loads algorithms: the check uses what the worker will use."""
    check_seconds: float = 60.0
    """How long code may take to be loaded."""
    install_seconds: float = 1800.0


class _Failed(Exception):
    """The author's doing; the text is for the author."""


class EnvironmentBuilder:
    """Implements ``ImageBuilder``."""

    def __init__(
        self, root: Path, *, objects: ObjectStore, clock: Clock, ids: Ids, settings: EnvironmentSettings
    ) -> None:
        self._root = root.resolve()
        self._objects = objects
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self._root.mkdir(parents=True, exist_ok=True)
        self._remove_unfinished()
        self._make_support()

    def _remove_unfinished(self) -> None:
        """What builds left behind that did not come to their end."""
        for folder in self._root.glob("*/*"):
            if folder.is_dir() and folder.parent.name not in (LAYERS, SUPPORT) and not (folder / MARKER).exists():
                shutil.rmtree(folder)
        for folder in (self._root / LAYERS).glob("*.new-*"):
            shutil.rmtree(folder)

    def _make_support(self) -> None:
        """A folder with the packages that the worker's loader needs, and nothing else of ours."""
        support = self._root / SUPPORT
        shutil.rmtree(support, ignore_errors=True)
        support.mkdir()
        for name in ("distributedkube", "msgpack"):
            spec = importlib.util.find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            (support / name).symlink_to(Path(spec.origin).parent, target_is_directory=True)

    async def build(self, spec: BuildSpec) -> AsyncGenerator[BuildEvent, None]:
        path = self._root / spec.algorithm_name / spec.build_id
        finished = False
        try:
            async with aclosing(self._steps(spec, path)) as events:
                async for event in events:
                    yield event
            finished = True
            yield BuildProgress(percent=100, message="the environment is ready")
            yield BuildSucceeded(runtime=f"env:{spec.env}:{path}", entry_point=self._entry(spec))
        except _Failed as failure:
            yield BuildFailed(error=str(failure))
        except InvalidError as error:
            yield BuildFailed(error=error.message)
        finally:
            if not finished:
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)

    @staticmethod
    def _entry(spec: BuildSpec) -> str:
        return spec.entry_point or LANGUAGES[spec.env].default_entry

    async def _steps(self, spec: BuildSpec, path: Path) -> AsyncGenerator[BuildEvent, None]:
        language = LANGUAGES.get(spec.env)
        if language is None:
            raise _Failed(f"code for {spec.env} cannot be built here; use {' or '.join(LANGUAGES)}")
        await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)
        with TemporaryDirectory(dir=self._root, prefix=".fetch-") as scratch:
            archive = Path(scratch) / f"source.{spec.file_ext}"
            await self._fetch(spec, archive)
            yield BuildProgress(percent=20, message="the archive is fetched")
            await asyncio.to_thread(unpack, archive, spec.file_ext, path / "code")
        await asyncio.to_thread(strip_single_folder, path / "code", language.entry_candidates(self._entry(spec)))
        yield BuildProgress(percent=40, message="the archive is unpacked")
        self._check_entry(spec, path, language)
        await asyncio.to_thread(language.prepare, path, with_pip=bool(spec.dependency_install_cmd))
        async with aclosing(self._install(spec, path, language)) as events:
            async for event in events:
                yield event
        yield BuildProgress(percent=80, message="checking that the code can be loaded")
        async with aclosing(self._check_load(spec, path, language)) as events:
            async for event in events:
                yield event
        await asyncio.to_thread(self._mark, spec, path, language)

    async def _fetch(self, spec: BuildSpec, archive: Path) -> None:
        with archive.open("wb") as file:
            async for piece in self._objects.read(spec.archive_key):
                await asyncio.to_thread(file.write, piece)

    def _check_entry(self, spec: BuildSpec, path: Path, language: Language) -> None:
        code, entry = path / "code", self._entry(spec)
        candidates = language.entry_candidates(entry)
        if any((code / candidate).is_file() for candidate in candidates):
            return
        there = sorted(str(file.relative_to(code)) for file in code.rglob("*") if file.is_file())
        shown = ", ".join(there[:LISTED_FILES]) + (", ..." if len(there) > LISTED_FILES else "")
        raise _Failed(f"the entry point {entry} is not in the archive; set entryPoint to one of its files: {shown}")

    # Dependencies

    async def _install(self, spec: BuildSpec, path: Path, language: Language) -> AsyncGenerator[BuildEvent, None]:
        if spec.dependency_install_cmd:
            yield BuildProgress(percent=60, message=f"running {spec.dependency_install_cmd}")
            command = ("sh", "-c", spec.dependency_install_cmd)
            async with aclosing(self._tool(command, path, "the install command failed")) as events:
                async for event in events:
                    yield event
            return
        try:
            install = language.install(path)
        except BadManifestError as error:
            raise _Failed(str(error)) from None
        if install is None:
            return
        layer = self._root / LAYERS / _digest(spec.env, language.interpreter(), install.inputs)
        if layer.exists():
            yield BuildProgress(percent=60, message="dependencies are unchanged and installed already")
        else:
            yield BuildProgress(percent=60, message=f"installing what {install.inputs[-1].name} lists")
            async with aclosing(self._make_layer(path, install, layer)) as events:
                async for event in events:
                    yield event
        language.link(path, layer)

    async def _make_layer(self, path: Path, install: Install, layer: Path) -> AsyncGenerator[BuildEvent, None]:
        """Installs, then moves the result to where all builds find it. If another build was first, its layer counts."""
        failed = "dependencies could not be installed"
        async with aclosing(self._tool(install.command, path, failed)) as events:
            async for event in events:
                yield event
        made = path / install.layer
        made.mkdir(exist_ok=True)
        layer.parent.mkdir(exist_ok=True)
        new = layer.with_name(f"{layer.name}.new-{self._ids.text(8)}")
        new.mkdir()
        await asyncio.to_thread(shutil.move, made, new / made.name)
        try:
            new.rename(layer)
        except OSError:
            if not await asyncio.to_thread(layer.exists):
                raise
            await asyncio.to_thread(shutil.rmtree, new)

    async def _tool(self, command: tuple[str, ...], path: Path, failed: str) -> AsyncGenerator[BuildEvent, None]:
        run = ToolRun()
        limit = self._settings.install_seconds
        output = lines(run, command, cwd=path / "code", environment=_environment(path), timeout_seconds=limit)
        try:
            async with aclosing(output) as found:
                async for line in found:
                    yield BuildLine(text=line)
        except ToolMissingError as error:
            raise _Failed(_help(str(error))) from None
        if run.timed_out:
            raise _Failed(f"{failed}: it took longer than {limit:.0f} s\n{run.excerpt()}")
        if run.exit_code:
            raise _Failed(f"{failed} (exit code {run.exit_code}):\n{run.excerpt()}")

    # The check

    async def _check_load(self, spec: BuildSpec, path: Path, language: Language) -> AsyncGenerator[BuildEvent, None]:
        """Loads the code once, so that its author learns now and not with the first task what is missing."""
        entry, limit = self._entry(spec), self._settings.check_seconds
        loader = self._root / SUPPORT if spec.env == "python" else self._settings.node_loader
        run, verdict = ToolRun(), ""
        command = language.check(path, entry, loader)
        environment = {**_environment(path), "PYTHONDONTWRITEBYTECODE": "1"}
        output = lines(run, command, cwd=path / "code", environment=environment, timeout_seconds=limit)
        try:
            async with aclosing(output) as found:
                async for line in found:
                    if line.startswith(VERDICT):
                        verdict = line.removeprefix(VERDICT)
                    elif line:
                        yield BuildLine(text=line)
        except ToolMissingError as error:
            raise _Failed(_help(str(error))) from None
        if run.timed_out:
            raise _Failed(
                f"{entry} could not be loaded within {limit:.0f} s; move work from its top level into init or start"
            )
        if not verdict:
            raise _Failed(f"{entry} ended the process when it was loaded (exit code {run.exit_code}):\n{run.excerpt()}")
        problem = _sentence(json.loads(verdict), entry, language)
        if problem:
            raise _Failed(problem)

    @staticmethod
    def _mark(spec: BuildSpec, path: Path, language: Language) -> None:
        """From here on the environment counts, also after a power cut."""
        plain = {"env": spec.env, "algorithm": spec.algorithm_name, "interpreter": language.interpreter()}
        with (path / MARKER).open("w") as file:
            json.dump(plain, file)
            file.flush()
            os.fsync(file.fileno())

    async def remove(self, runtime: str) -> None:
        path = Path(runtime.rpartition(":")[2])
        if path.is_relative_to(self._root) and path != self._root:
            await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)


def _environment(path: Path) -> dict[str, str]:
    """Ours without what would lead tools into another environment; the build's own programs come first."""
    inherited = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "NODE_PATH", "VIRTUAL_ENV")
    }
    programs = path / "venv" / "bin"
    return {
        **inherited,
        "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(path / "venv"),
        "PIP_NO_INPUT": "1",
        "CI": "1",
    }


def _digest(env: str, interpreter: str, inputs: tuple[Path, ...]) -> str:
    digest = hashlib.sha256(f"{env}\0{interpreter}\0".encode())
    for file in inputs:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _help(program: str) -> str:
    return TOOL_HELP.get(Path(program).name, f"{program} is not installed or not on PATH")


def _sentence(verdict: Mapping[str, str], entry: str, language: Language) -> str:
    """What is wrong and what to do; empty when all is well."""
    text = verdict.get("text", "")
    match verdict.get("problem"):
        case None:
            return ""
        case "start":
            return f"{entry} has no function named start; define start(args), it is what every task calls"
        case "syntax":
            return f"{entry} cannot be loaded, there is a syntax error: {text}"
        case "module":
            return f"{entry} needs the module {verdict.get('module')}, which is not installed; {language.hint} ({text})"
        case "exit":
            return f"{entry} cannot be loaded: {text}; guard that code so that it only runs in start"
        case _:
            return f"{entry} cannot be loaded:\n{text}"
