"""TriggerService: what starts pipelines by itself, what the end of jobs started, and how reports to webhooks went."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from google.protobuf.timestamp_pb2 import Timestamp

from controlplane.api.methods import Caller
from controlplane.api.paging import read_token, write_token
from controlplane.api.pipeline_trees import pipeline_trees
from controlplane.api.views import job_state_number, timestamp
from controlplane.domain.catalog_records import (
    PIPELINES,
    CronSpec,
    PipelineRecord,
    pack,
    pipeline_key,
    unpack_pipeline,
)
from controlplane.domain.cron import DEFAULT_PATTERN, DEFAULT_TIME_ZONE, parse_cron
from controlplane.domain.errors import CompareFailedError, InvalidError, NotFoundError
from controlplane.domain.outbox import (
    DeliveryRecord,
    TreeEntry,
    WebhookKind,
    WebhookSlot,
    cron_key,
    delivery_key,
    tree_prefix,
    unpack_cron,
    unpack_delivery,
    unpack_tree,
    unpack_webhook,
    webhook_key,
)
from controlplane.ports.job_index import JobFilter, JobPage, JobSearch
from controlplane.ports.job_records import read_head
from controlplane.ports.state_store import Compare, Put, StateStore, Transaction, scan
from controlplane.ports.system import Clock
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.trigger.v1 import trigger_pb2
from distributedkube.api.trigger.v1 import trigger_service_pb2 as service

MAX_PAGE = 1000
MAX_TREE = 10_000
"""Jobs of one tree that are shown."""
TRIGGERS_PAGE = 100
PREVIEWED_TIMES = 5


class TriggerServicer:
    def __init__(self, *, store: StateStore, search: JobSearch, clock: Clock) -> None:
        self._store = store
        self._search = search
        self._clock = clock

    # Clock times

    async def list_crons(self, request: service.ListCronsRequest, caller: Caller) -> service.ListCronsResponse:
        size = request.page_size or MAX_PAGE
        response = service.ListCronsResponse()
        last = ""
        async for entry in scan(self._store, PIPELINES, after=read_token(request.page_token)):
            record = unpack_pipeline(entry.value)
            if record.cron is None:
                continue
            if len(response.crons) == size:
                response.next_page_token = write_token(last)
                break
            response.crons.append(self._cron(record.name, record.cron))
            last = entry.key
        return response

    def _cron(self, name: str, spec: CronSpec) -> trigger_pb2.CronTrigger:
        return trigger_pb2.CronTrigger(name=name, cron=_cron_message(spec), next_time=self._next_time(spec))

    def _next_time(self, spec: CronSpec) -> Timestamp | None:
        if not spec.enabled:
            return None
        try:
            next_time = parse_cron(spec.pattern, spec.time_zone).next_after(self._clock.now())
        except InvalidError:  # Stored when its time zone was still known: it does not run, and says no next time.
            return None
        return None if next_time is None else timestamp(next_time)

    async def start_cron(self, request: service.StartCronRequest, caller: Caller) -> service.StartCronResponse:
        def on(spec: CronSpec) -> CronSpec:
            if request.HasField("pattern"):
                spec = replace(spec, pattern=request.pattern)
            if request.HasField("time_zone"):
                spec = replace(spec, time_zone=request.time_zone)
            if request.missed_runs:
                spec = replace(spec, catch_up=request.missed_runs == pipeline_pb2.Cron.MISSED_RUNS_ONCE)
            parse_cron(spec.pattern, spec.time_zone)
            return replace(spec, enabled=True)

        if request.HasField("pattern"):  # Wrong whatever is stored, and so before that is looked at.
            parse_cron(request.pattern)
        await self._change(request.name, on)
        return service.StartCronResponse(message="OK")

    async def stop_cron(self, request: service.StopCronRequest, caller: Caller) -> service.StopCronResponse:
        await self.switch_off(request.name)
        return service.StopCronResponse(message="OK")

    async def switch_off(self, name: str) -> None:
        """No clock time starts a pipeline any more; raises ``NotFoundError``."""
        await self._change(name, lambda spec: replace(spec, enabled=False))

    async def _change(self, name: str, change: Callable[[CronSpec], CronSpec]) -> None:
        """Changes the clock times of a pipeline in its record and in its document; that makes no version of it."""
        while True:
            entry = await self._store.get(pipeline_key(name))
            if entry is None:
                raise NotFoundError("pipeline", name)
            record = unpack_pipeline(entry.value)
            put = Put(entry.key, pack(self._changed(record, change)))
            try:
                await self._store.commit(Transaction([put], [Compare(entry.key, entry.mod_revision)]))
                return
            except CompareFailedError:
                continue

    def _changed(self, record: PipelineRecord, change: Callable[[CronSpec], CronSpec]) -> PipelineRecord:
        now = self._clock.now()
        before = record.cron or CronSpec(
            enabled=False, pattern=DEFAULT_PATTERN, time_zone=DEFAULT_TIME_ZONE, catch_up=False, since=now
        )
        spec = change(before)
        if not spec.same_times(before):
            spec = replace(spec, since=now)
        pipeline = pipeline_pb2.Pipeline.FromString(record.document)
        pipeline.triggers.cron.CopyFrom(_cron_message(spec))
        pipeline.modified.CopyFrom(timestamp(now))
        if not pipeline.HasField("created"):
            pipeline.created.CopyFrom(timestamp(record.created_at))
        return replace(record, document=pipeline.SerializeToString(deterministic=True), modified_at=now, cron=spec)

    # Everything that starts pipelines

    async def list_triggers(self, request: service.ListTriggersRequest, caller: Caller) -> service.ListTriggersResponse:
        size = request.page_size or TRIGGERS_PAGE
        page: list[PipelineRecord] = []
        response = service.ListTriggersResponse()
        async for entry in scan(self._store, PIPELINES, after=read_token(request.page_token)):
            record = unpack_pipeline(entry.value)
            if record.cron is None and not record.starts_after:
                continue
            if len(page) == size:
                response.next_page_token = write_token(pipeline_key(page[-1].name))
                break
            page.append(record)
        for record in page:
            if record.cron is not None:
                response.triggers.append(await self._clock_trigger(record.name, record.cron))
            if record.starts_after:
                response.triggers.append(
                    trigger_pb2.Trigger(
                        kind=trigger_pb2.Trigger.KIND_PIPELINE,
                        pipeline=record.name,
                        enabled=True,
                        starts_after=record.starts_after,
                        last_run=await self._last_run(record.name, "trigger"),
                    )
                )
        return response

    async def _clock_trigger(self, name: str, spec: CronSpec) -> trigger_pb2.Trigger:
        entry = await self._store.get(cron_key(name))
        return trigger_pb2.Trigger(
            kind=trigger_pb2.Trigger.KIND_CRON,
            pipeline=name,
            enabled=spec.enabled,
            cron=_cron_message(spec),
            next_time=self._next_time(spec),
            last_run=await self._last_run(name, "cron"),
            error=unpack_cron(entry.value).error if entry is not None else "",
        )

    async def _last_run(self, pipeline: str, kind: str) -> trigger_pb2.LastRun | None:
        found = await self._search.find(JobFilter(pipeline=pipeline, type=kind), JobPage(limit=1))
        head = await read_head(self._store, found[0].job_id) if found else None
        if head is None:
            return None
        return trigger_pb2.LastRun(
            job_id=found[0].job_id,
            start_time=timestamp(head.submitted_at),
            status=job_state_number(found[0].state),
        )

    async def preview_trigger(
        self, request: service.PreviewTriggerRequest, caller: Caller
    ) -> service.PreviewTriggerResponse:
        pattern = parse_cron(request.pattern, request.time_zone or DEFAULT_TIME_ZONE)
        response = service.PreviewTriggerResponse()
        at: float | None = self._clock.now()
        while at is not None and len(response.times) < PREVIEWED_TIMES:
            at = pattern.next_after(at)
            if at is not None:
                response.times.append(timestamp(at))
        return response

    async def get_pipeline_trees(
        self, request: service.GetPipelineTreesRequest, caller: Caller
    ) -> service.GetPipelineTreesResponse:
        starts_after: dict[str, tuple[str, ...]] = {}
        async for entry in scan(self._store, PIPELINES):
            record = unpack_pipeline(entry.value)
            if record.starts_after:
                starts_after[record.name] = record.starts_after
        return service.GetPipelineTreesResponse(trees=pipeline_trees(starts_after, request.name))

    # What the end of jobs started

    async def get_trigger_tree(
        self, request: service.GetTriggerTreeRequest, caller: Caller
    ) -> service.GetTriggerTreeResponse:
        root = request.job_id
        entries: dict[str, TreeEntry] = {}
        async for found in scan(self._store, tree_prefix(root)):
            if found.key.endswith("/job"):
                entry = unpack_tree(found.value)
                entries[entry.job_id] = entry
            if len(entries) == MAX_TREE:
                break
        head = await read_head(self._store, root)
        children = _children(root, entries)
        if head is None or not children.get(root):
            raise NotFoundError("tree", root)
        tree = trigger_pb2.TriggerTree(name=head.pipeline_name, job_id=root)
        _grow(tree, children)
        return service.GetTriggerTreeResponse(tree=tree)

    # How reports went

    async def get_result_webhook(
        self, request: service.GetResultWebhookRequest, caller: Caller
    ) -> service.GetResultWebhookResponse:
        delivery = await self._must_deliver(request.job_id, WebhookKind.RESULT)
        return service.GetResultWebhookResponse(delivery=delivery)

    async def get_progress_webhook(
        self, request: service.GetProgressWebhookRequest, caller: Caller
    ) -> service.GetProgressWebhookResponse:
        delivery = await self._must_deliver(request.job_id, WebhookKind.PROGRESS)
        return service.GetProgressWebhookResponse(delivery=delivery)

    async def list_webhooks(self, request: service.ListWebhooksRequest, caller: Caller) -> service.ListWebhooksResponse:
        result = await self._delivery(request.job_id, WebhookKind.RESULT)
        progress = await self._delivery(request.job_id, WebhookKind.PROGRESS)
        if result is None and progress is None:
            raise NotFoundError("webhook", request.job_id)
        return service.ListWebhooksResponse(job_id=request.job_id, result=result, progress=progress)

    async def _must_deliver(self, job_id: str, kind: WebhookKind) -> trigger_pb2.WebhookDelivery:
        delivery = await self._delivery(job_id, kind)
        if delivery is None:
            raise NotFoundError("webhook", job_id)
        return delivery

    async def _delivery(self, job_id: str, kind: WebhookKind) -> trigger_pb2.WebhookDelivery | None:
        """What is recorded; before the first try what is about to be sent."""
        entry = await self._store.get(delivery_key(kind, job_id))
        if entry is not None:
            return _delivery_message(job_id, unpack_delivery(entry.value))
        for slot in WebhookSlot:
            if slot.kind is kind:
                entry = await self._store.get(webhook_key(job_id, slot))
                if entry is not None:
                    waiting = unpack_webhook(entry.value)
                    return trigger_pb2.WebhookDelivery(
                        job_id=job_id, url=waiting.url, pipeline_status=waiting.state.value, status="pending"
                    )
        return None


def _cron_message(spec: CronSpec) -> pipeline_pb2.Cron:
    message = pipeline_pb2.Cron(enabled=spec.enabled, pattern=spec.pattern)
    if spec.time_zone != DEFAULT_TIME_ZONE:
        message.time_zone = spec.time_zone
    if spec.catch_up:
        message.missed_runs = pipeline_pb2.Cron.MISSED_RUNS_ONCE
    return message


def _children(root: str, entries: Mapping[str, TreeEntry]) -> Mapping[str, Sequence[TreeEntry]]:
    """Entries by the job that started them. What a job in between started by other means hangs below the root."""
    children: dict[str, list[TreeEntry]] = {}
    for entry in entries.values():
        if entry.job_id != root:
            parent = entry.parent_job_id if entry.parent_job_id in entries else root
            children.setdefault(parent or root, []).append(entry)
    return children


def _grow(tree: trigger_pb2.TriggerTree, children: Mapping[str, Sequence[TreeEntry]]) -> None:
    for entry in children.get(tree.job_id, ()):
        _grow(tree.children.add(name=entry.pipeline, job_id=entry.job_id), children)


def _delivery_message(job_id: str, record: DeliveryRecord) -> trigger_pb2.WebhookDelivery:
    message = trigger_pb2.WebhookDelivery(
        job_id=job_id,
        url=record.url,
        pipeline_status=record.state.value,
        status="completed" if record.done else "pending",
        http_response=trigger_pb2.HttpResponse(status_code=record.code, status_message=record.message),
        timestamp=timestamp(record.at),
        attempts=record.attempts,
    )
    if record.done:
        message.response_status = "succeed" if record.delivered else "failed"
    return message
