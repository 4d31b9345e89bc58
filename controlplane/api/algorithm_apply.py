"""Applies algorithms: lays a change over what is stored, checks the whole, and stores what ``domain.algorithm_change`` says.

All is checked before anything is stored, and stored in one transaction; what somebody else changed meanwhile starts it over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from controlplane.api import algorithms
from controlplane.api.algorithm_rules import check_change, check_whole, memory_mib
from controlplane.api.methods import Caller
from controlplane.api.sources import Sources, Upload
from controlplane.domain.algorithm_change import Change, decide
from controlplane.domain.catalog_records import (
    IMAGE,
    AlgorithmRecord,
    Audit,
    BuildRecord,
    BuildState,
    build_key,
    build_order_key,
    build_runtime_key,
    build_time_key,
    open_build_key,
    pack,
    unpack_build,
    with_audit,
)
from controlplane.domain.errors import AlreadyExistsError, CompareFailedError, InvalidError
from controlplane.domain.outbox import Kept, retention_key
from controlplane.domain.records import request_key
from controlplane.domain.versions import VERSION_CHARACTERS, Versioned
from controlplane.ports.algorithm_records import (
    FoundAlgorithm,
    find_algorithm,
    must_find_algorithm,
    store_algorithm,
    unchanged,
)
from controlplane.ports.cluster import Cluster, Machine
from controlplane.ports.state_store import Compare, Entry, Put, Revision, StateStore, Transaction, Write
from controlplane.ports.system import Clock, Ids
from controlplane.ports.versions import prepare_version
from distributedkube.api.algorithm.v1 import algorithm_pb2 as pb
from distributedkube.api.algorithm.v1 import algorithm_service_pb2 as service

MAX_RECORD_BYTES = 64 * 1024
"""Most that an algorithm may take: its versions and builds hold it again, with more around it."""

BUILD_ID_CHARACTERS = 6
IMAGE_TAG_CHARACTERS = 8
_BUILT = "env:"
"""What runtimes begin with that builds on this machine make."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an apply asks for."""

    record: AlgorithmRecord
    differs: bool


class AlgorithmApply:
    """Creates and changes algorithms."""

    def __init__(self, *, store: StateStore, sources: Sources, cluster: Cluster, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._sources = sources
        self._cluster = cluster
        self._clock = clock
        self._ids = ids

    async def apply(self, request: service.ApplyAlgorithmRequest, caller: Caller) -> service.ApplyAlgorithmResponse:
        """One apply. Raises ``InvalidError``, ``AlreadyExistsError``, and ``NotFoundError`` for an upload."""
        upload: Upload | None = None
        while True:
            if request.request_id and (seen := await self._store.get(request_key(request.request_id))) is not None:
                return await self._repeated(seen, request.algorithm.name)
            if request.upload_id and upload is None:
                upload = await self._sources.find(request.upload_id)
            found = await find_algorithm(self._store, request.algorithm.name)
            if found is not None and request.options.create_only:
                raise AlreadyExistsError("algorithm", request.algorithm.name)
            wanted = await self._wanted(request, found, upload)
            try:
                return await self._carry_out(request, found, wanted, caller)
            except CompareFailedError:
                continue

    async def _repeated(self, seen: Entry, name: str) -> service.ApplyAlgorithmResponse:
        """The first answer, with the algorithm as it is now."""
        response = service.ApplyAlgorithmResponse.FromString(seen.value)
        found = await must_find_algorithm(self._store, name)
        response.algorithm.CopyFrom(algorithms.to_message(found.record))
        return response

    async def _wanted(
        self, request: service.ApplyAlgorithmRequest, found: FoundAlgorithm | None, upload: Upload | None
    ) -> _Wanted:
        stored = found.record if found else None
        current = algorithms.document_of(stored) if stored else None
        check_change(request.algorithm)
        merged = algorithms.apply_over(current, request.algorithm, request.clear.paths)
        algorithms.resolve_type(merged, request.algorithm, upload is not None, stored.type if stored else "")
        check_whole(merged)
        algorithms.fill_defaults(merged)
        runtime, entry_point = await self._runtime(merged, stored)
        await self._check_capacity(merged, runtime)
        differs = current is None or not algorithms.same(current, merged)
        record = self._record(merged, stored, upload, runtime)
        if runtime != (stored.runtime if stored else ""):
            record = replace(record, runtime_entry_point=entry_point)
        if stored is not None and record.source != stored.source:
            differs = True
        return _Wanted(record, differs)

    async def _runtime(self, merged: pb.Algorithm, stored: AlgorithmRecord | None) -> tuple[str, str]:
        """What the algorithm runs from as long as nothing new is built, and where that starts; empty for nothing."""
        image = merged.algorithm_image
        if stored is not None and image == algorithms.image_of(stored.runtime):
            return stored.runtime, stored.runtime_entry_point
        if not image.startswith(_BUILT):
            return (IMAGE + image if image else ""), ""
        # Whoever saves a version under another name sends what it was built to; nothing else may name a folder here.
        known = await self._store.get(build_runtime_key(image))
        entry = await self._store.get(build_key(known.value.decode())) if known is not None else None
        build = unpack_build(entry.value) if entry is not None else None
        if build is None or build.runtime != image:
            raise InvalidError(f"{image} is nothing that a build here has made", field="algorithmImage")
        return build.runtime, build.runtime_entry_point

    async def _check_capacity(self, merged: pb.Algorithm, runtime: str) -> None:
        """Some machine must be able to hold a worker. Nothing is known of machines for what cannot be placed here at all."""
        if self._cluster.refusal(runtime):
            return
        machines = await self._cluster.machines()
        wanted = (merged.cpu, memory_mib(merged.mem, "mem"), merged.gpu)
        if not machines or any(all(w <= h for w, h in zip(wanted, _holds(m), strict=True)) for m in machines):
            return
        failing = [
            f"{name}({', '.join(f'{m.name}: {_holds(m)[place]:g}' for m in machines)})"
            for place, name in enumerate(("cpu", "mem", "gpu"))
            if all(wanted[place] > _holds(m)[place] for m in machines)
        ]
        raise InvalidError(f"maximum capacity exceeded {', '.join(failing)}".strip(), reason="CAPACITY_EXCEEDED")

    def _record(
        self, merged: pb.Algorithm, stored: AlgorithmRecord | None, upload: Upload | None, runtime: str
    ) -> AlgorithmRecord:
        """What is to be stored, checked for something to run or build."""
        algorithms.fill_reserved_memory(merged)
        merged.ClearField("algorithm_image")
        kind, env = algorithms.type_word(merged), algorithms.env_word(merged)
        source = upload.source if upload else (stored.source if stored else None)
        buildable = (kind == "Code" and source is not None) or (kind == "Git" and merged.HasField("git_repository"))
        if not runtime and not buildable:
            raise InvalidError("cannot apply algorithm due to missing image url or build data", field="algorithmImage")
        if buildable and not env:
            raise InvalidError("data should have required property 'env'", field="env")
        base = stored or AlgorithmRecord(
            name=merged.name, document=b"", type=kind, env=env, cpu_milli=1, memory_mib=1, created_at=0, modified_at=0
        )
        record = replace(
            base,
            document=merged.SerializeToString(deterministic=True),
            type=kind,
            env=env,
            image=algorithms.image_of(runtime) if kind == "Image" else "",
            entry_point=merged.entry_point,
            cpu_milli=max(1, round(merged.cpu * 1000)),
            memory_mib=max(1, round(memory_mib(merged.mem, "mem"))),
            min_hot_workers=merged.min_hot_workers,
            max_workers=merged.max_workers,
            environment=algorithms.environment_of(merged),
            references=algorithms.references_of(merged),
            runtime=runtime,
            source=source,
            inputs=algorithms.build_inputs(merged, source.sha1 if source else "") if buildable else None,
        )
        size = len(pack(replace(record, audit=())))
        if size > MAX_RECORD_BYTES:
            raise InvalidError(f"the algorithm takes {size} bytes, and may take {MAX_RECORD_BYTES}", field="algorithm")
        return record

    async def _carry_out(
        self,
        request: service.ApplyAlgorithmRequest,
        found: FoundAlgorithm | None,
        wanted: _Wanted,
        caller: Caller,
    ) -> service.ApplyAlgorithmResponse:
        stored = found.record if found else None
        outcome = decide(
            Change(
                wanted=wanted.record,
                stored=stored,
                differs=wanted.differs,
                file_sent=bool(request.upload_id),
                building=await self._is_building(stored),
                force_update=request.options.force_update,
                force_build=request.options.force_build,
            )
        )
        response = service.ApplyAlgorithmResponse(
            messages=[note.text for note in outcome.notes], messages_code=[note.code for note in outcome.notes]
        )
        record, now = wanted.record, self._clock.now()
        compares = [unchanged(record.name, found)]
        writes: list[Write] = []
        if outcome.build:
            build = self._build(record, now)
            response.build_id = build.build_id
            writes += _build_writes(build)
            if stored is None or not stored.version:
                record = replace(record, build_id=build.build_id, build_started_at=build.started_at)
        if outcome.version:
            record = await self._add_version(record, caller, now, writes, compares)
        if outcome.store:
            record = _as_current(record, caller, now)
            writes += store_algorithm(record, stored)
        response.algorithm.CopyFrom(algorithms.to_message(record))
        if request.request_id:
            writes += _remember(request.request_id, response, now)
            compares.append(Compare(request_key(request.request_id), Revision(0)))
        if writes:
            await self._store.commit(Transaction(writes, compares))
        return response

    async def _is_building(self, stored: AlgorithmRecord | None) -> bool:
        if stored is None or stored.version or not stored.build_id:
            return False
        return await self._store.get(open_build_key(stored.build_id)) is not None

    def _build(self, record: AlgorithmRecord, now: float) -> BuildRecord:
        document = pb.Algorithm.FromString(record.document)
        repository = document.git_repository
        return BuildRecord(
            build_id=f"{record.name}-{self._ids.text(BUILD_ID_CHARACTERS)}",
            algorithm=record.name,
            image_tag=self._ids.text(IMAGE_TAG_CHARACTERS),
            env=record.env,
            type=record.type,
            entry_point=record.entry_point,
            base_image=document.base_image,
            dependency_install_cmd=document.dependency_install_cmd,
            source=None if record.type == "Git" else record.source,
            git_url=repository.clone_url,
            git_commit=repository.commit.id or repository.tag or repository.branch_name,
            state=BuildState.PENDING,
            progress=0,
            started_at=now,
            snapshot=pack(replace(record, audit=(), errors=())),
        )

    async def _add_version(
        self, record: AlgorithmRecord, caller: Caller, now: float, writes: list[Write], compares: list[Compare]
    ) -> AlgorithmRecord:
        """Adds a version to a transaction; returns the record with its id."""
        record = replace(record, version=self._ids.text(VERSION_CHARACTERS))
        new = await prepare_version(
            self._store,
            Versioned.ALGORITHM,
            name=record.name,
            version=record.version,
            snapshot=pack(replace(record, audit=(), errors=())),
            created_at=now,
            created_by=caller.user,
        )
        writes += new.writes
        compares += new.compares
        return record


def _remember(request_id: str, response: service.ApplyAlgorithmResponse, now: float) -> Sequence[Write]:
    short = service.ApplyAlgorithmResponse()
    short.CopyFrom(response)
    short.ClearField("algorithm")
    return (
        Put(request_key(request_id), short.SerializeToString()),
        Put(retention_key(now, Kept.REQUEST, request_id), b""),
    )


def _as_current(record: AlgorithmRecord, caller: Caller, now: float) -> AlgorithmRecord:
    return replace(
        record,
        created_at=record.created_at or now,
        modified_at=now,
        audit=with_audit(record.audit, Audit(caller.user, now, record.version)),
    )


def _holds(machine: Machine) -> tuple[float, float, float]:
    return machine.cpu_milli / 1000, float(machine.memory_mib), float(machine.gpus)


def _build_writes(build: BuildRecord) -> Iterable[Write]:
    yield Put(build_key(build.build_id), pack(build))
    yield Put(build_order_key(build.algorithm, build.started_at), build.build_id.encode())
    yield Put(build_time_key(build.started_at, build.build_id), b"")
    yield Put(open_build_key(build.build_id), b"")
