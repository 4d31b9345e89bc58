"""Simulated users: they submit pipelines and want things of jobs, and try again when the control plane does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

import orjson

from controlplane.api.methods import Caller, check
from controlplane.api.queue_servicer import QueueServicer
from controlplane.api.submission import Submission
from controlplane.domain.errors import InvalidError, NotAllowedError, UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.queue_records import PREFERRED_KEY, unpack_preferred
from controlplane.domain.records import Intent, IntentKind, end_key
from controlplane.ports.job_records import read_job, request_intent
from controlplane.simulation.history import History, Order
from controlplane.simulation.pipelines import random_pipeline
from controlplane.simulation.plane import ControlPlane, parse_pipeline
from controlplane.simulation.programs import STORED_QUEUE, STORED_SMALL
from controlplane.simulation.virtual_time import EPOCH
from distributedkube.api.queue.v1 import queue_pb2, queue_service_pb2

JOBS = 6
WISHES = 5
MOVES = 4
RETRY_SECONDS = 0.2
PATIENCE_SECONDS = 30.0
"""Whoever waits for so long for an answer asks again: the process that was asked may have died."""

T = TypeVar("T")


class Users:
    """All of them."""

    def __init__(
        self, random: Random, history: History, plane: Callable[[], ControlPlane | None], seconds: float
    ) -> None:
        self._random = random
        self._history = history
        self._plane = plane
        self._seconds = seconds
        self._paused: dict[str, None] = {}
        """Jobs that somebody has paused."""
        self._count = 0

    async def run(self) -> None:
        """Does everything; returns when all was answered."""
        async with asyncio.TaskGroup() as group:
            for number in range(JOBS):
                at = self._random.random() * self._seconds
                group.create_task(self._at(at, self._submit), name=f"submit-{number}")
            for number in range(self._random.randint(0, WISHES)):
                at = self._random.random() * self._seconds
                group.create_task(self._at(at, self._wish), name=f"wish-{number}")

            for number in range(self._random.randint(0, MOVES)):
                at = self._random.random() * self._seconds
                group.create_task(self._at(at, self._move), name=f"move-{number}")

    async def resume_all(self) -> None:
        """Nobody holds a job any more."""
        for job_id in list(self._paused):
            plane = self._plane()
            view = plane.driver.views.live(job_id) if plane is not None else None
            if view is not None and view.state is JobState.PAUSED:
                await self._tell(job_id, IntentKind.RESUME)

    async def _at(self, moment: float, action: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(moment)
        await action()

    async def _ask(self, action: Callable[[ControlPlane], Awaitable[T]]) -> T:
        """Asks until there is an answer."""
        while True:
            plane = self._plane()
            if plane is not None:
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        return await plane.do(lambda: action(plane))  # noqa: B023  it is done with before the next turn
                except (UnavailableError, TimeoutError):
                    pass
                except asyncio.CancelledError:
                    if not plane.process.is_dead:
                        raise
            await asyncio.sleep(RETRY_SECONDS)

    # Jobs

    async def _submit(self) -> None:
        self._count += 1
        request_id = f"request-{self._count}"
        kind = self._random.random()
        if kind < 0.15:
            name = self._random.choice([STORED_SMALL, STORED_QUEUE, "stored-nest"])
            document = orjson.dumps({"name": name, "flowInput": {"x": self._count}})
        else:
            document = orjson.dumps(random_pipeline(self._random, f"p{self._count}"))
        submission = Submission(types=("raw",), user="user", request_id=request_id)

        async def submit(plane: ControlPlane) -> str:
            pipeline = parse_pipeline(document)
            if kind < 0.15:
                return await plane.submission.submit_stored(pipeline, submission)
            check(pipeline)
            return await plane.submission.submit(pipeline, submission)

        await self._accepted(request_id, submit)

    async def _accepted(self, request_id: str, submit: Callable[[ControlPlane], Awaitable[str]]) -> None:
        """Submits; now and then twice, with the same request id."""
        for _ in range(self._random.choice([1, 1, 2])):
            try:
                self._history.accept(request_id, await self._ask(submit))
            except (NotAllowedError, InvalidError) as error:
                self._history.note(f"refused {request_id}: {error.message}")
                return

    async def _wish(self) -> None:
        if not self._history.accepted:
            return
        job_id = self._random.choice(list(self._history.accepted.values()))
        match self._random.choice(["stop", "pause", "pause", "rerun", "run from", "pause shortly", "pause shortly"]):
            case "stop":
                await self._tell(job_id, IntentKind.STOP)
            case "pause":
                await self._tell(job_id, IntentKind.PAUSE)
            case "pause shortly":
                for _ in range(self._random.randint(1, 2)):
                    await self._tell(job_id, IntentKind.PAUSE)
                    await asyncio.sleep(self._random.random() * 0.3)
                    await self._tell(job_id, IntentKind.RESUME)
            case "rerun":
                await self._rerun(job_id)
            case _:
                await self._run_from(job_id)

    async def _tell(self, job_id: str, kind: IntentKind) -> None:
        intent = Intent(kind, "somebody wants it" if kind is IntentKind.STOP else "", "user")
        if kind is IntentKind.PAUSE:
            self._paused[job_id] = None

        async def tell(plane: ControlPlane) -> bool:
            plane.tried_to_pause.update(self._paused)
            return await request_intent(plane.store, job_id, intent)

        self._history.note(f"{kind.value} {job_id}: {await self._ask(tell)}")

    async def _move(self) -> None:
        """Once some jobs wait, a few of them are put in front of all others; now and then they are put back."""
        back = self._random.random() < 0.1
        position = self._random.choice([queue_pb2.QUEUE_POSITION_FIRST, queue_pb2.QUEUE_POSITION_LAST])
        while (plane := self._plane()) is None or len(plane.driver.line.jobs(preferred=back)) < 2:
            if asyncio.get_running_loop().time() > 2 * self._seconds:
                return
            await asyncio.sleep(RETRY_SECONDS)

        async def move(plane: ControlPlane) -> None:
            queue = plane.driver.line
            jobs = [job.job_id for job in queue.jobs(preferred=back)]
            jobs = self._random.sample(jobs, self._random.randint(0, len(jobs)))
            if not jobs:
                return
            self._history.last_move.update(dict.fromkeys(jobs, _now()))
            servicer, caller = QueueServicer(store=plane.store, queue=queue), Caller(user="user")
            if back:
                await servicer.unprefer_jobs(queue_service_pb2.UnpreferJobsRequest(jobs=jobs), caller)
            else:
                request = queue_service_pb2.PreferJobsRequest(jobs=jobs, position=position)
                await servicer.prefer_jobs(request, caller)
            entry = await plane.store.get(PREFERRED_KEY)
            assert entry is not None
            await queue.settled(entry.mod_revision)  # Somebody else may have moved jobs meanwhile.
            now = _now()
            self._history.last_move.update(dict.fromkeys(jobs, now))
            self._history.orders.append(Order(now, unpack_preferred(entry.value)))
            self._history.note(f"moved {back} {position} {jobs}")

        try:
            await self._ask(move)
        except InvalidError as error:  # They have all started meanwhile.
            self._history.note(f"refused to move: {error.message}")

    async def _rerun(self, job_id: str) -> None:
        self._count += 1
        request_id = f"request-{self._count}"
        await self._accepted(
            request_id, lambda plane: plane.submission.rerun(job_id, user="user", request_id=request_id)
        )

    async def _run_from(self, job_id: str) -> None:
        """Waits for the end of a job, then runs a part of it again."""
        self._count += 1
        request_id = f"request-{self._count}"
        while await self._ask(lambda plane: plane.store.get(end_key(job_id))) is None:
            if job_id in self._paused:
                return
            await asyncio.sleep(RETRY_SECONDS)
        record = await self._ask(lambda plane: read_job(plane.store, job_id))
        assert record is not None
        node = self._random.choice(record.pipeline.nodes).name
        await self._accepted(
            request_id, lambda plane: plane.submission.run_from(job_id, node, user="user", request_id=request_id)
        )


def _now() -> float:
    return EPOCH + asyncio.get_running_loop().time()
