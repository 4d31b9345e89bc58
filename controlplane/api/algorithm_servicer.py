"""AlgorithmService: applying, listing and deleting algorithms."""

from dataclasses import replace

from controlplane.api import algorithms
from controlplane.api.methods import Caller
from controlplane.api.paging import read_token, write_token
from controlplane.api.sources import Sources, Upload
from controlplane.domain.catalog_records import (
    ALGORITHMS,
    INPUT_NAMES,
    PIPELINES,
    AlgorithmRecord,
    Audit,
    BuildRecord,
    BuildState,
    SourceFile,
    algorithm_key,
    build_key,
    build_order_key,
    open_build_key,
    pack,
    pipeline_key,
    unpack_algorithm,
    unpack_pipeline,
    with_audit,
)
from controlplane.domain.errors import (
    AlreadyExistsError,
    CompareFailedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
)
from controlplane.domain.records import request_key
from controlplane.ports.job_records import open_jobs, read_job, request_stop
from controlplane.ports.state_store import Compare, Delete, Entry, Put, Revision, StateStore, Transaction, Write, scan
from controlplane.ports.system import Clock, Ids
from distributedkube.api.algorithm.v1 import algorithm_pb2 as pb
from distributedkube.api.algorithm.v1 import algorithm_service_pb2 as service

MAX_PAGE = 1000
VERSION_CHARACTERS = 10
BUILDABLE = ("python", "nodejs")
FOLLOW = "use the dashboard or the API to follow the build progress"


class AlgorithmServicer:
    def __init__(self, *, store: StateStore, sources: Sources, clock: Clock, ids: Ids, builds_images: bool) -> None:
        self._store = store
        self._sources = sources
        self._clock = clock
        self._ids = ids
        self._builds_images = builds_images
        """Whether container images can be run at all; embedded they cannot."""

    async def apply_algorithm(
        self, request: service.ApplyAlgorithmRequest, caller: Caller
    ) -> service.ApplyAlgorithmResponse:
        """Validates everything before anything is stored; a change made meanwhile by somebody else starts it over."""
        if request.request_id and (seen := await self._store.get(request_key(request.request_id))) is not None:
            return await self._repeated(seen, request.algorithm.name)
        upload = await self._sources.find(request.upload_id) if request.upload_id else None
        while True:
            entry = await self._store.get(algorithm_key(request.algorithm.name))
            try:
                return await self._apply(request, entry, upload, caller)
            except CompareFailedError:
                continue

    async def _repeated(self, seen: Entry, name: str) -> service.ApplyAlgorithmResponse:
        """The first answer, with the algorithm as it is now."""
        response = service.ApplyAlgorithmResponse.FromString(seen.value)
        entry = await self._must_get(name)
        response.algorithm.CopyFrom(algorithms.to_message(unpack_algorithm(entry.value)))
        return response

    async def _apply(
        self, request: service.ApplyAlgorithmRequest, entry: Entry | None, upload: Upload | None, caller: Caller
    ) -> service.ApplyAlgorithmResponse:
        stored = unpack_algorithm(entry.value) if entry else None
        if stored is not None and request.options.create_only:
            raise AlreadyExistsError("algorithm", stored.name)
        current = pb.Algorithm.FromString(stored.document) if stored else None
        merged = algorithms.apply_over(current, request.algorithm, list(request.clear.paths))
        algorithms.resolve_type(merged, request.algorithm, upload is not None, stored.type if stored else "")
        algorithms.fill_defaults(merged)
        record = self._record(merged, stored, upload)
        reason = self._build_reason(merged, record, stored, request.options.force_build)
        return await self._store_change(merged, record, stored, entry, reason, caller, request.request_id)

    def _record(self, merged: pb.Algorithm, stored: AlgorithmRecord | None, upload: Upload | None) -> AlgorithmRecord:
        source = upload.source if upload else (stored.source if stored else None)
        now = self._clock.now()
        record = AlgorithmRecord(
            name=merged.name,
            document=merged.SerializeToString(deterministic=True),
            type=algorithms.type_word(merged),
            env=algorithms.env_word(merged),
            image=merged.algorithm_image,
            entry_point=merged.entry_point,
            cpu_milli=max(1, round(merged.cpu * 1000)),
            memory_mib=max(1, round(algorithms.memory_mib(merged.mem, "mem"))),
            min_hot_workers=merged.min_hot_workers,
            max_workers=merged.max_workers,
            environment=algorithms.environment_of(merged),
            version=stored.version if stored else "",
            runtime=stored.runtime if stored else "",
            runtime_entry_point=stored.runtime_entry_point if stored else "",
            build_id=stored.build_id if stored else "",
            source=source,
            inputs=stored.inputs if stored else None,
            created_at=stored.created_at if stored else now,
            modified_at=now,
            audit=stored.audit if stored else (),
        )
        self._check_source(record)
        return record

    def _check_source(self, record: AlgorithmRecord) -> None:
        if record.type == "Image":
            if not record.image:
                raise InvalidError(
                    "cannot apply algorithm due to missing image url or build data", field="algorithm_image"
                )
            if not self._builds_images:
                raise InvalidError(
                    "container images need the Kubernetes cluster; the embedded control plane runs code: upload a file",
                    field="algorithm_image",
                )
        elif record.type == "Git":
            raise InvalidError("building from git is not available yet, upload an archive", field="git_repository")
        elif record.source is None:
            raise InvalidError("cannot apply algorithm due to missing image url or build data", field="upload_id")
        elif not record.env:
            raise InvalidError("data should have required property 'env'", field="env")
        elif record.env not in BUILDABLE:
            raise InvalidError(f"code for {record.env} cannot be built yet, only {', '.join(BUILDABLE)}", field="env")

    @staticmethod
    def _build_reason(
        merged: pb.Algorithm,
        record: AlgorithmRecord,
        stored: AlgorithmRecord | None,
        force: bool,
    ) -> tuple[int, str] | None:
        """Code and sentence for the build that this sets off; None for none."""
        if record.source is None:
            return None
        if force:
            return 1020, f"a build was triggered due to force flag. {FOLLOW}"
        if stored is None or stored.inputs is None:
            return 1021, f"a build was triggered due to first algorithm update. {FOLLOW}"
        changed = stored.inputs.changed(algorithms.build_inputs(merged, record.source.sha1))
        if changed:
            return 1022, f"a build was triggered due to change in {','.join(changed)}. {FOLLOW}"
        return None

    async def _store_change(
        self,
        merged: pb.Algorithm,
        record: AlgorithmRecord,
        stored: AlgorithmRecord | None,
        entry: Entry | None,
        reason: tuple[int, str] | None,
        caller: Caller,
        request_id: str,
    ) -> service.ApplyAlgorithmResponse:
        response = service.ApplyAlgorithmResponse()
        has_diff = stored is None or stored.document != record.document
        if reason is None and not has_diff:
            if record.source is not None:
                response.messages.append(f"there was no trigger for build, no change in {','.join(INPUT_NAMES)}")
                response.messages_code.append(1025)
            response.algorithm.CopyFrom(algorithms.to_message(record))
            return response
        writes: list[Write] = []
        if reason is not None and record.source is not None:
            build = self._new_build(merged, record, record.source)
            record = replace(
                record, build_id=build.build_id, inputs=algorithms.build_inputs(merged, record.source.sha1)
            )
            writes += [
                Put(build_key(build.build_id), pack(build)),
                Put(build_order_key(record.name, build.started_at), build.build_id.encode()),
                Put(open_build_key(build.build_id), b""),
            ]
            response.build_id = build.build_id
            response.messages.append(reason[1])
            response.messages_code.append(reason[0])
        elif record.runtime or record.image:
            record = replace(record, version=self._ids.text(VERSION_CHARACTERS))
            response.messages.append(f"a new version of algorithm {record.name} has been created")
            response.messages_code.append(1024)
        record = replace(record, audit=with_audit(record.audit, Audit(caller.user, record.modified_at, record.version)))
        response.messages.append(f"the algorithm {record.name} has been successfully pushed to the store")
        response.messages_code.append(1023)
        put = Put(algorithm_key(record.name), pack(record))
        compare = Compare(put.key, entry.mod_revision if entry else Revision(0))
        if request_id:
            writes.append(Put(request_key(request_id), response.SerializeToString()))
        await self._store.commit(Transaction([put, *writes], [compare]))
        response.algorithm.CopyFrom(algorithms.to_message(record))
        return response

    def _new_build(self, merged: pb.Algorithm, record: AlgorithmRecord, source: SourceFile) -> BuildRecord:
        return BuildRecord(
            build_id=f"{record.name}-{self._ids.text(6)}",
            algorithm=record.name,
            image_tag=self._ids.text(8),
            env=record.env,
            type=record.type,
            entry_point=record.entry_point,
            base_image=merged.base_image,
            dependency_install_cmd=merged.dependency_install_cmd,
            source=source,
            state=BuildState.PENDING,
            progress=0,
            started_at=self._clock.now(),
        )

    async def list_algorithms(
        self, request: service.ListAlgorithmsRequest, caller: Caller
    ) -> service.ListAlgorithmsResponse:
        size = request.page_size or MAX_PAGE
        response = service.ListAlgorithmsResponse()
        after = read_token(request.page_token)
        while True:
            page = await self._store.range(ALGORITHMS, after=after, limit=MAX_PAGE)
            for entry in page.entries:
                if len(response.algorithms) == size:
                    response.next_page_token = write_token(after)
                    return response
                after = entry.key
                if request.name in entry.key.removeprefix(ALGORITHMS):
                    response.algorithms.append(algorithms.to_message(unpack_algorithm(entry.value)))
            if not page.more:
                return response

    async def get_algorithm(self, request: service.GetAlgorithmRequest, caller: Caller) -> service.GetAlgorithmResponse:
        entry = await self._must_get(request.name)
        return service.GetAlgorithmResponse(algorithm=algorithms.to_message(unpack_algorithm(entry.value)))

    async def _must_get(self, name: str) -> Entry:
        entry = await self._store.get(algorithm_key(name))
        if entry is None:
            raise NotFoundError("algorithm", name)
        return entry

    async def delete_algorithm(
        self, request: service.DeleteAlgorithmRequest, caller: Caller
    ) -> service.DeleteAlgorithmResponse:
        await self._must_get(request.name)
        pipelines = await self._pipelines_using(request.name)
        jobs = await self._jobs_using(request.name)
        counts = [
            f"{len(found)} {what} ({','.join(found)})"
            for what, found in (("pipelines", pipelines), ("executions", jobs))
            if found
        ]
        if counts and not request.force:
            used = ", ".join(counts)
            raise NotAllowedError(
                f"algorithm {request.name} is stored in {used}. "
                "you must first delete all related data or use the force flag",
                reason="IN_USE",
                details=used,
            )
        for job_id in jobs:
            await request_stop(self._store, job_id, f"algorithm {request.name} was deleted")
        for pipeline in pipelines:
            await self._store.commit(Transaction([Delete(pipeline_key(pipeline))]))
        await self._store.commit(Transaction([Delete(algorithm_key(request.name))]))
        related = [f"{len(found)} {what}" for what, found in (("pipelines", pipelines), ("executions", jobs)) if found]
        return service.DeleteAlgorithmResponse(
            message=f"algorithm {request.name} successfully deleted from store. related data deleted: {', '.join(related)}"
        )

    async def _pipelines_using(self, algorithm: str) -> list[str]:
        found: list[str] = []
        async for entry in scan(self._store, PIPELINES):
            record = unpack_pipeline(entry.value)
            if algorithm in record.algorithms:
                found.append(record.name)
        return found

    async def _jobs_using(self, algorithm: str) -> list[str]:
        """Unfinished jobs that use the algorithm."""
        found: list[str] = []
        async for job_id in open_jobs(self._store):
            job = await read_job(self._store, job_id)
            if job is not None and any(node.algorithm == algorithm for node in job.pipeline.nodes):
                found.append(job_id)
        return found
