"""The webhooks role: takes reports from the outbox to their receivers, at least once, in order, and apart from each other.

A report stays in the outbox until its receiver took it or was given up on; what came of it is recorded in the transaction
that removes it. After a crash the same report, with the same delivery id, may come again. A receiver that is slow or dead
has only its own reports wait.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from contextlib import nullcontext
from typing import NamedTuple

import structlog

from controlplane.domain.errors import CompareFailedError, DistributedKubeError, NotFoundError, UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.domain.outbox import (
    WEBHOOK_OUTBOX,
    DeliveryRecord,
    WebhookEntry,
    WebhookKind,
    WebhookSlot,
    delivery_key,
    pack_delivery,
    split_webhook_key,
    unpack_delivery,
    unpack_webhook,
    webhook_key,
)
from controlplane.domain.pipeline import Verbosity
from controlplane.domain.records import JobRecord, end_key, unpack_end
from controlplane.ports.state_store import (
    Compare,
    Delete,
    Entry,
    Put,
    Revision,
    StateStore,
    Transaction,
    Write,
    scan,
)
from controlplane.ports.system import Clock
from controlplane.ports.webhook_sender import DocumentSource, WebhookAnswer, WebhookSender
from controlplane.roles.following import RETRY_SECONDS, Alarm, Follower, until_stopped
from controlplane.roles.webhooks.feed import ProgressFeed
from controlplane.roles.webhooks.lanes import Lane, Lanes
from controlplane.roles.webhooks.settings import WebhookSettings
from controlplane.roles.writer import BackgroundWriter

log = structlog.get_logger()

USER_AGENT = "DistributedKube-Webhooks/1"
TOO_MANY_REQUESTS = 429


class _Report(NamedTuple):
    """A report as it is in the store at some revision."""

    key: str
    revision: Revision
    slot: WebhookSlot
    content: WebhookEntry


class WebhooksRole:
    """Implements ``JobFeed``."""

    def __init__(
        self,
        *,
        store: StateStore,
        sender: WebhookSender,
        documents: DocumentSource,
        clock: Clock,
        chance: Callable[[], float],
        settings: WebhookSettings,
    ) -> None:
        """``chance`` gives random numbers from 0 to 1, for delays."""
        self._store = store
        self._sender = sender
        self._documents = documents
        self._clock = clock
        self._chance = chance
        self._settings = settings
        self._writer = BackgroundWriter(store, clock)
        self._feed = ProgressFeed(self._writer, clock, settings.progress_seconds)
        self._lanes = Lanes(
            per_host=settings.per_host, in_all=settings.in_all, waiting_per_host=settings.waiting_per_host
        )
        self._large = asyncio.Semaphore(settings.large_results)
        self._alarm = Alarm(clock)
        self._room = Alarm(clock)
        self._follower = Follower(
            store, clock, WEBHOOK_OUTBOX, put=self._found, gone=lambda _: None, begin=lambda: None
        )

    def changed(self, record: JobRecord, view: JobView, level: Verbosity) -> None:
        self._feed.changed(record, view, level)

    async def start(self) -> None:
        """Reads what is to be sent."""
        await self._follower.start()

    async def run(self, stopping: asyncio.Event) -> None:
        """Sends reports until told to stop; what is on its way then is sent again at the next start."""
        feed_ended = asyncio.Event()
        writer = asyncio.create_task(self._writer.run(feed_ended), name="webhooks-writer")
        try:
            await until_stopped(stopping, self._follower.run(), self._feed.run(), self._deliver(), self._take_up())
        finally:
            feed_ended.set()
            await writer

    def _found(self, entry: Entry) -> None:
        job_id, slot = split_webhook_key(entry.key)
        self._lanes.add(job_id, slot, unpack_webhook(entry.value).url)
        self._alarm.ring()

    async def _take_up(self) -> None:
        """Looks for reports that were left out, whenever there is room for them again."""
        while True:
            await self._room.wait(None)
            try:
                async for entry in scan(self._store, WEBHOOK_OUTBOX):
                    self._found(entry)
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)
                self._room.ring()

    async def _deliver(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                now = self._clock.monotonic()
                next_at = self._lanes.wake(now)
                while (lane := self._lanes.start_next()) is not None:
                    group.create_task(self._serve(lane), name=f"webhook-{lane.job_id}-{lane.kind.value}")
                await self._alarm.wait(None if next_at is None else next_at - now)

    async def _serve(self, lane: Lane) -> None:
        """Sends one report of a lane, at most."""
        pause: float | None = None
        try:
            pause = await self._step(lane)
        except UnavailableError:
            pause = RETRY_SECONDS
        finally:
            if self._lanes.done(lane, None if pause is None else self._clock.monotonic() + pause):
                self._room.ring()
            self._alarm.ring()

    async def _step(self, lane: Lane) -> float | None:
        """One try; returns how long to wait before the next of this lane, None for not at all."""
        await self._remember(lane)
        for old in list(lane.passed_over()):
            await self._store.commit(Transaction([Delete(webhook_key(lane.job_id, old))]))
            lane.slots.discard(old)
        slot = lane.next_slot()
        if slot is None:
            return None
        # Taken off before it is read: a newer one that comes in meanwhile is put on again.
        lane.slots.discard(slot)
        try:
            report = await self._read(lane.job_id, slot)
            if report is None:
                return None
            if slot is not lane.tried:
                lane.tried, lane.attempts = slot, 0
            return await self._try(lane, report)
        except UnavailableError:
            lane.slots.add(slot)
            raise

    async def _remember(self, lane: Lane) -> None:
        """Looks up, once, what an earlier process did."""
        if lane.known:
            return
        entry = await self._store.get(delivery_key(lane.kind, lane.job_id))
        if entry is not None:
            record = unpack_delivery(entry.value)
            lane.ended = record.state.is_final
            if not record.done:
                lane.tried, lane.attempts = _slot_of(lane.kind, record.state), record.attempts
        lane.known = True

    async def _read(self, job_id: str, slot: WebhookSlot) -> _Report | None:
        key = webhook_key(job_id, slot)
        entry = await self._store.get(key)
        return _Report(key, entry.mod_revision, slot, unpack_webhook(entry.value)) if entry else None

    async def _try(self, lane: Lane, report: _Report) -> float | None:
        view = report.content.view
        large = False
        if view is None:
            end = await self._store.get(end_key(lane.job_id))
            if end is None:
                answer = WebhookAnswer(0, "GONE", "the job is no longer kept", final=True)
                return await self._settle(lane, report, answer, self._clock.now())
            record = unpack_end(end.value)
            view, large = record.view, lane.kind is WebhookKind.RESULT and record.result_parts > 1
        async with self._large if large else nullcontext():
            answer = await self._send(lane, report, view)
        return await self._settle(lane, report, answer, view.ended_at or view.at)

    async def _send(self, lane: Lane, report: _Report, view: JobView) -> WebhookAnswer:
        try:
            if lane.kind is WebhookKind.RESULT:
                body = await self._documents.result(lane.job_id)
            else:
                body = await self._documents.status(lane.job_id, view)
        except NotFoundError as error:
            return WebhookAnswer(0, "GONE", error.message, final=True)
        except UnavailableError:
            raise
        except DistributedKubeError as error:
            return WebhookAnswer(0, error.why, error.message, final=True)
        lane.ended = lane.ended or report.slot is WebhookSlot.ENDED
        delivery_id = lane.job_id if lane.kind is WebhookKind.RESULT else f"{lane.job_id}-{int(view.at * 1e6)}"
        headers = headers_of(f"{lane.kind.value}-{delivery_id}", self._clock.now(), body, self._settings.secret)
        return await self._sender.post(report.content.url, headers, body)

    async def _settle(self, lane: Lane, report: _Report, answer: WebhookAnswer, since: float) -> float | None:
        """Records what came of a try; returns how long to wait before the next, None when there is none."""
        now = self._clock.now()
        lane.attempts += 1
        delivered = 200 <= answer.status < 300
        again = (
            not delivered
            and _may_help(answer)
            and lane.attempts < self._settings.attempts
            and now - since < self._settings.total_seconds
        )
        lane.host.failing = not delivered and _may_help(answer)
        record = DeliveryRecord(
            url=report.content.url,
            state=report.content.state,
            attempts=lane.attempts,
            at=now,
            done=not again,
            delivered=delivered,
            code=answer.code,
            message=answer.message,
        )
        if not (delivered or again):
            log.warning("webhook_given_up", job_id=lane.job_id, kind=lane.kind.value, code=answer.code)
        await self._record(lane, report, record)
        if not again:
            lane.tried = None
            return None
        lane.slots.add(report.slot)
        return self._delay(lane.attempts)

    def _delay(self, attempts: int) -> float:
        """Full jitter: receivers that come back are not run over by all at the same time."""
        settings = self._settings
        longest = min(settings.max_delay_seconds, settings.first_delay_seconds * 2.0 ** min(attempts - 1, 30))
        return longest * self._chance()

    async def _record(self, lane: Lane, report: _Report, record: DeliveryRecord) -> None:
        """Waits for the store however long it takes: what was sent need not be sent again."""
        put = Put(delivery_key(lane.kind, lane.job_id), pack_delivery(record))
        writes: list[Write] = [put, Delete(report.key)] if record.done else [put]
        compares = [Compare(report.key, report.revision)]
        while True:
            try:
                await self._store.commit(Transaction(writes, compares))
                return
            except CompareFailedError:
                # A newer status took its place and is told of by the watch, or this very commit was made and its answer lost.
                if await self._store_has(put):
                    return
                writes, compares = [put], []
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)

    async def _store_has(self, put: Put) -> bool:
        try:
            entry = await self._store.get(put.key)
        except UnavailableError:
            return False
        return entry is not None and entry.value == put.value


def _slot_of(kind: WebhookKind, state: JobState) -> WebhookSlot:
    """Where the report of a state was."""
    if kind is WebhookKind.RESULT:
        return WebhookSlot.RESULT
    if state.is_final:
        return WebhookSlot.ENDED
    return WebhookSlot.ACCEPTED if state is JobState.PENDING else WebhookSlot.CHANGED


def _may_help(answer: WebhookAnswer) -> bool:
    """Whether trying again may help."""
    if answer.status == 0:
        return not answer.final
    return answer.status >= 500 or answer.status == TOO_MANY_REQUESTS


def headers_of(delivery_id: str, now: float, body: bytes, secret: bytes) -> dict[str, str]:
    """Headers of a report. The signature covers time and body, so that a report cannot be played back much later."""
    stamp = str(int(now))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "X-DistributedKube-Delivery": delivery_id,
        "X-DistributedKube-Timestamp": stamp,
    }
    if secret:
        digest = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers["X-DistributedKube-Signature"] = f"sha256={digest}"
    return headers
