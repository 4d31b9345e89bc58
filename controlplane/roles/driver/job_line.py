"""The job queue of a driver as others see it, and its list of preferred jobs: followed from the store and kept clean.

A job that leaves the queue, because it became active, was paused or has ended, loses its place in the list, but not before
that is durable: were it forgotten in a crash, the job would wait again and should stand where it stood. The list is rewritten
in the background, for several jobs at once when they leave quickly; no job waits for it. If the process dies before, the next
one finds a job in the list that does not wait, and takes it out.
"""

import asyncio
from collections.abc import Callable, Sequence

from controlplane.domain.errors import CompareFailedError, UnavailableError
from controlplane.domain.queue_records import PREFERRED_KEY, pack_preferred, unpack_preferred
from controlplane.domain.records import open_key, shard_of
from controlplane.ports.dispatch import DurableMark
from controlplane.ports.job_queue import QueueCounts, QueuedJob
from controlplane.ports.state_store import Compare, Entry, Put, Revision, StateStore, Transaction
from controlplane.ports.system import Clock
from controlplane.roles.driver.admission import Admission
from controlplane.roles.driver.journal import Journal
from controlplane.roles.following import RETRY_SECONDS, Alarm, Follower


class JobLine:
    """Implements ``JobQueueView``."""

    def __init__(
        self,
        *,
        store: StateStore,
        clock: Clock,
        journal: Journal,
        admission: Admission,
        is_driven: Callable[[str], bool],
        shard: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._journal = journal
        self._admission = admission
        self._is_driven = is_driven
        self._shard = shard
        self._follower = Follower(store, clock, PREFERRED_KEY, put=self._heard, gone=lambda _: None, begin=lambda: None)
        """The list is one key that is never deleted."""
        self._listed: frozenset[str] = frozenset()
        """Jobs of the list as it was heard last."""
        self._left: dict[str, DurableMark | None] = {}
        """Listed jobs that have left the queue, and where the journal says so; None before it does."""
        self._strangers: set[str] = set()
        """Listed jobs that were not in the queue when the list was heard."""
        self._revision = Revision(0)
        self._news = asyncio.Event()
        self._alarm = Alarm(clock)
        journal.on_durable(self._durable)

    # JobQueueView

    def counts(self) -> QueueCounts:
        preferred = self._admission.preferred
        return QueueCounts(managed=len(self._admission) - preferred, preferred=preferred)

    def jobs(self, *, preferred: bool, start: int = 0, stop: int | None = None) -> Sequence[QueuedJob]:
        split = self._admission.preferred
        first, end = (0, split) if preferred else (split, len(self._admission))
        stop = end if stop is None else min(first + stop, end)
        now = self._clock.now()
        return [self._admission.queued(place, now) for place in range(first + start, stop)]

    def get(self, job_id: str) -> QueuedJob | None:
        position = self._admission.position(job_id)
        return self._admission.queued(position - 1, self._clock.now()) if position else None

    async def settled(self, revision: Revision) -> None:
        while self._revision < revision:
            await self._news.wait()

    # For the driver

    def left(self, job_id: str) -> None:
        """A job is not in the queue any more."""
        if job_id in self._listed:
            self._left.setdefault(job_id, None)

    def recorded(self, job_id: str) -> None:
        """Why a job left the queue, if it did, has been given to the journal."""
        if job_id in self._left and self._left[job_id] is None:
            self._left[job_id] = self._journal.appended
            self._durable(self._journal.durable)

    async def start(self) -> None:
        """Reads the list, once all jobs of the shard are in the queue."""
        await self._follower.start()

    async def run(self) -> None:
        """Follows the list and keeps it clean; until cancelled, or until the shard is lost."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follower.run(), name="preferred-jobs")
            group.create_task(self._keep_clean(), name="preferred-jobs-clean")

    # The list

    def _heard(self, entry: Entry) -> None:
        mine = [job_id for job_id in unpack_preferred(entry.value) if shard_of(job_id) == self._shard]
        self._listed = frozenset(mine)
        self._left = {job_id: mark for job_id, mark in self._left.items() if job_id in self._listed}
        self._admission.prefer([job_id for job_id in mine if job_id not in self._left])
        self._strangers = {job_id for job_id in mine if not self._admission.position(job_id)} - self._left.keys()
        if self._strangers:
            self._alarm.ring()
        self._revision = max(self._revision, entry.mod_revision)
        self._news.set()
        self._news = asyncio.Event()

    def _durable(self, durable: DurableMark) -> None:
        if any(mark is not None and mark <= durable for mark in self._left.values()):
            self._alarm.ring()

    async def _keep_clean(self) -> None:
        while True:
            await self._alarm.wait(None)
            while True:
                try:
                    await self._clean()
                    break
                except CompareFailedError:
                    continue
                except UnavailableError:
                    await self._clock.sleep(RETRY_SECONDS)

    async def _clean(self) -> None:
        """Takes jobs out of the list that do not wait."""
        durable = self._journal.durable
        gone = {job_id for job_id, mark in self._left.items() if mark is not None and mark <= durable}
        for job_id in list(self._strangers):
            if not self._admission.position(job_id) and await self._is_over(job_id):
                gone.add(job_id)
        entry = await self._store.get(PREFERRED_KEY)
        order = unpack_preferred(entry.value) if entry is not None else ()
        if entry is None or gone.isdisjoint(order):
            return
        put = Put(PREFERRED_KEY, pack_preferred(job_id for job_id in order if job_id not in gone))
        await self._store.commit(
            Transaction([put], [Compare(entry.key, entry.mod_revision)], lease=self._journal.lease)
        )

    async def _is_over(self, job_id: str) -> bool:
        """Whether a job that is not in the queue will not come: it had been in it, or has ended."""
        return self._is_driven(job_id) or await self._store.get(open_key(job_id)) is None
