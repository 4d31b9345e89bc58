"""Builds environments: fetch, unpack, install, check, and then the marker that makes the folder count.

Everything is made at its final path, as interpreters remember theirs. The steps run in a task of their own and put events
into a short queue; who closes the iterator cancels that task, which kills the tool that runs and removes the folder.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import structlog

from controlplane.adapters.environments.folders import (
    Environment,
    all_folders,
    folder_of,
    in_thread,
    read_marker,
    remove_environment,
    remove_tree,
    write_marker,
)
from controlplane.adapters.environments.language import Build, Installed, Language, check_entry_file, entry_point_of
from controlplane.adapters.environments.layers import Layers
from controlplane.adapters.environments.nodejs import NodeJs
from controlplane.adapters.environments.python import Python
from controlplane.adapters.environments.settings import EnvironmentSettings
from controlplane.adapters.environments.tools import BuildError
from controlplane.adapters.environments.unpack import unpack
from controlplane.domain.errors import InvalidError, NotAllowedError
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

log = structlog.get_logger()

QUEUED_EVENTS = 256
"""A tool that prints faster than its lines are taken has to wait."""

_LAYER_NAME_CHARACTERS = 16

_LANGUAGES: dict[str, Language] = {"python": Python(), "nodejs": NodeJs()}

_Emit = Callable[[BuildEvent], Awaitable[None]]


class EnvironmentBuilder:
    """Implements ``ImageBuilder``. One at a time may use a root."""

    def __init__(
        self,
        root: Path,
        *,
        objects: ObjectStore,
        clock: Clock,
        ids: Ids,
        settings: EnvironmentSettings | None = None,
    ) -> None:
        """Makes ``root`` when it is missing and removes the rest of builds that were broken off. Blocks.

        Raises ``NotAllowedError`` when the folder cannot be made or written to.
        """
        self._root = root.absolute()
        self._objects = objects
        self._clock = clock
        self._ids = ids
        self._settings = settings or EnvironmentSettings()
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            self._layers = Layers(self._root, keep_unused=self._settings.unused_layers)
            self._take_stock()
        except OSError as error:
            raise NotAllowedError(
                f"the folder of environments {self._root} cannot be used ({error.strerror}); "
                "give this user write access or name another folder"
            ) from error

    def _take_stock(self) -> None:
        for folder in list(all_folders(self._root)):
            environment = read_marker(folder)
            if environment is None:
                log.info("unfinished_environment_removed", folder=str(folder))
                remove_environment(folder)
            elif environment.layer:
                self._layers.hold(environment.layer, folder)
        self._layers.sweep()

    async def build(self, spec: BuildSpec) -> AsyncGenerator[BuildEvent, None]:
        """See the port. Raises what the object store raises, ``InvalidError`` for names that are no folder's, ``OSError``."""
        queue: asyncio.Queue[BuildEvent | None] = asyncio.Queue(QUEUED_EVENTS)
        aio_task = asyncio.create_task(self._build_into(queue, spec), name=f"environment:{spec.build_id}")
        try:
            while (event := await queue.get()) is not None:
                yield event
            outcome = await aio_task
        except (GeneratorExit, asyncio.CancelledError):
            await self._break_off(aio_task)
            raise
        yield outcome

    async def _build_into(
        self, queue: asyncio.Queue[BuildEvent | None], spec: BuildSpec
    ) -> BuildSucceeded | BuildFailed:
        """After the last event, which is not among them, comes None."""
        try:
            outcome = await self._build(spec, queue.put)
        except Exception:
            await queue.put(None)
            raise
        await queue.put(None)
        return outcome

    async def _break_off(self, aio_task: asyncio.Task[BuildSucceeded | BuildFailed]) -> None:
        """Also a build that was done, but of which nobody has been told."""
        aio_task.cancel()
        await asyncio.wait([aio_task])
        if aio_task.cancelled():
            return
        if error := aio_task.exception():
            log.error("broken_off_build_failed", build=aio_task.get_name(), error=str(error))
        elif isinstance(outcome := aio_task.result(), BuildSucceeded):
            await self.remove(outcome.runtime)

    async def remove(self, runtime: str) -> None:
        """See the port. Raises ``InvalidError`` for what is no environment of this root."""
        _, _, path = runtime.removeprefix("env:").partition(":")
        folder = Path(path)
        if not runtime.startswith("env:") or folder.parent.parent != self._root:
            raise InvalidError(f"{runtime} is no environment below {self._root}", field="runtime")
        folder_of(self._root, folder.parent.name, folder.name)
        await in_thread(lambda: self._remove(folder))

    def _remove(self, folder: Path) -> None:
        remove_environment(folder)
        self._layers.release(folder)
        self._layers.sweep()

    async def _build(self, spec: BuildSpec, emit: _Emit) -> BuildSucceeded | BuildFailed:
        """All steps; what is not finished is removed, whatever the reason."""
        folder = folder_of(self._root, spec.algorithm_name, spec.build_id)
        await in_thread(lambda: self._begin(folder))
        finished = False
        try:
            outcome = await self._steps(spec, folder, emit)
            finished = True
            return outcome
        except BuildError as error:
            return BuildFailed(error=str(error))
        finally:
            if finished:
                await in_thread(self._layers.sweep)
            else:
                await in_thread(lambda: self._remove(folder))

    def _begin(self, folder: Path) -> None:
        """A build that is begun again starts from nothing."""
        if folder.exists():
            self._remove(folder)
        (folder / "scratch").mkdir(parents=True)

    async def _steps(self, spec: BuildSpec, folder: Path, emit: _Emit) -> BuildSucceeded:
        async def say(line: str) -> None:
            await emit(BuildLine(text=line))

        async def installing(message: str) -> None:
            await emit(BuildProgress(percent=60, message=message))

        if not spec.archive_key:
            raise BuildError(
                f"{spec.git_url} cannot be cloned: this installation builds from archives only, cloning is not available "
                "yet; apply the code as a zip or tar.gz file to an algorithm of type Code"
            )
        language = _LANGUAGES.get(spec.env)
        if language is None:
            raise BuildError(f"env {spec.env!r} cannot be built here; it is one of {', '.join(_LANGUAGES)}")
        build = Build(
            spec=spec,
            entry_point=entry_point_of(spec.entry_point, language),
            folder=folder,
            scratch=folder / "scratch",
            layers=self._layers,
            layer_name=self._ids.text(_LAYER_NAME_CHARACTERS),
            settings=self._settings,
            say=say,
            installing=installing,
        )
        if spec.base_image:
            await say(f"The base image {spec.base_image} is not used: workers are processes of this machine.")
        archive = await self._fetch(build)
        await emit(BuildProgress(percent=20, message="Fetched the archive"))
        await in_thread(lambda: self._unpack(build, archive, language))
        await emit(BuildProgress(percent=40, message="Unpacked the code"))
        installed = await language.install(build)
        await emit(BuildProgress(percent=80, message=f"Checking {build.entry_point}"))
        version = await language.check(build)
        await in_thread(lambda: self._finish(build, installed, version))
        return BuildSucceeded(runtime=f"env:{spec.env}:{folder}", entry_point=build.entry_point)

    async def _fetch(self, build: Build) -> Path:
        archive = build.scratch / f"source.{build.spec.file_ext}"
        with archive.open("wb") as file:
            async for piece in self._objects.read(build.spec.archive_key):
                await in_thread(lambda piece=piece: file.write(piece))  # type: ignore[misc]
        return archive

    def _unpack(self, build: Build, archive: Path, language: Language) -> None:
        entry_files = language.entry_files(build.entry_point)
        try:
            unpack(archive, build.code, entry_files=entry_files, limits=self._settings.limits)
        except InvalidError as error:
            raise BuildError(error.message) from None
        archive.unlink()
        check_entry_file(build, language)

    def _finish(self, build: Build, installed: Installed, version: str) -> None:
        remove_tree(build.scratch)
        environment = Environment(
            env=build.spec.env,
            entry_point=build.entry_point,
            interpreter=version,
            requirements_digest=installed.digest,
            layer=installed.layer,
            built_at=self._clock.now(),
        )
        write_marker(build.folder, environment)
