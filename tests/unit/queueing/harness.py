"""A queueing role with a driver and workers that only write down what they are told."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence

from controlplane.adapters.memory import MemoryStateStore
from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.job_events import CancelReason, TaskEnd
from controlplane.domain.pipeline import BatchOperation
from controlplane.domain.task_context import NodeContext, TaskValues
from controlplane.domain.tokens import run_prefix, token, values_mark
from controlplane.domain.values import MSGPACK, NULL, Payload
from controlplane.ports.catalog import RunnableAlgorithm
from controlplane.ports.dispatch import CancelMode, DurableMark, Ended, Grant, WorkerHello, WorkerSession
from controlplane.ports.state_store import StateStore
from controlplane.roles.queueing.role import QueueingRole, QueueingSettings

KEY = b"k" * 32


class Clock:
    """Time that tests set."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here sleeps")


class Ids:
    """Never says the same again, also after a restart."""

    _count = itertools.count(1)

    def text(self, length: int) -> str:
        return f"session-{next(self._count)}"

    def secret(self, length: int) -> bytes:
        return b"s" * length


class Catalog:
    """Every algorithm can run, in version v1."""

    def get(self, name: str) -> RunnableAlgorithm | None:
        return RunnableAlgorithm(name=name, version="v1", runtime="r", entry_point="e", cpu_milli=1, memory_mib=1)

    def all(self) -> Sequence[RunnableAlgorithm]:
        return []

    def on_change(self, callback: Callable[[], None]) -> None:
        return


class Driver:
    """Implements ``TaskSink``."""

    def __init__(self) -> None:
        self.ends: list[tuple[str, str, TaskEnd]] = []
        self.reporters: list[str] = []
        """Workers that ends came from."""
        self.calls: list[tuple[str, str, int, int, str]] = []
        self.cancelled_calls: list[tuple[str, str, int, int, str, str]] = []
        self.back: list[tuple[str, str, int, int]] = []
        self.started: list[str] = []
        self.mark: DurableMark | None = DurableMark(1)
        """What it answers to ends."""
        self.call_mark: DurableMark | None = DurableMark(1)
        self.durable = DurableMark(0)
        self.on_reattached: Callable[[str, str, int, int], None] = lambda *_: None
        self._callbacks: list[Callable[[DurableMark], None]] = []

    def tasks_ended(self, job_id: str, node: str, ends: Sequence[TaskEnd], worker: str = "") -> DurableMark | None:
        self.reporters.append(worker)
        self.ends += [(job_id, node, end) for end in ends]
        return self.mark

    def tasks_started(self, job_id: str) -> None:
        self.started.append(job_id)

    def called(self, job_id: str, node: str, task: int, attempt: int, call: Call) -> DurableMark | None:
        self.calls.append((job_id, node, task, attempt, call.call_id))
        return self.call_mark

    def call_cancelled(self, job_id: str, node: str, task: int, attempt: int, call_id: str, reason: str) -> None:
        self.cancelled_calls.append((job_id, node, task, attempt, call_id, reason))

    def reattached(self, job_id: str, node: str, task: int, attempt: int) -> None:
        self.back.append((job_id, node, task, attempt))
        self.on_reattached(job_id, node, task, attempt)

    def durable_mark(self) -> DurableMark:
        return self.durable

    def on_durable(self, callback: Callable[[DurableMark], None]) -> None:
        self._callbacks.append(callback)

    def becomes_durable(self, mark: int) -> None:
        self.durable = DurableMark(mark)
        for callback in self._callbacks:
            callback(self.durable)


class Link:
    """Implements ``WorkerLink``."""

    def __init__(self) -> None:
        self.grants: list[tuple[NodeContext, Grant]] = []
        self.cancelled: list[tuple[bytes, CancelMode, CancelReason]] = []
        self.refused: list[bytes] = []
        self.answers: list[tuple[bytes, str, CallOutcome]] = []
        self.acknowledged = 0
        self.leaving = False

    def assign(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        self.grants += [(context, grant) for grant in grants]

    def drop_context(self, context: NodeContext) -> None:
        return

    def cancel(self, tokens: Sequence[bytes], mode: CancelMode, reason: CancelReason) -> None:
        self.cancelled += [(text, mode, reason) for text in tokens]

    def refuse(self, token: bytes) -> None:
        self.refused.append(token)

    def answer(self, token: bytes, call_id: str, outcome: CallOutcome) -> None:
        self.answers.append((token, call_id, outcome))

    def acknowledge(self, seq: int) -> None:
        self.acknowledged = seq

    def leave(self, reason: str, *, grace_seconds: float) -> None:
        self.leaving = True

    def close(self) -> None:
        return


class Worker:
    """A worker that does only what a test makes it do."""

    def __init__(self, plane: "Plane", name: str, algorithm: str = "a") -> None:
        self._plane = plane
        self.name = name
        self.algorithm = algorithm
        self.link = Link()
        self.drop: Sequence[bytes] = ()
        self._session: WorkerSession | None = None
        self._session_id = ""
        self._seq = 0

    @property
    def session(self) -> WorkerSession:
        assert self._session is not None
        return self._session

    def connect(self, *, holds: Sequence[bytes] = (), credit: int = 0) -> "Worker":
        """Connects, or does so again."""
        self.link = Link()
        hello = WorkerHello(
            worker_id=self.name, algorithm=self.algorithm, version="v1", host="h", pid=1, session_id=self._session_id,
            held_tokens=holds, assigned_tasks=100 if self._session_id else 0,
        )  # fmt: skip
        admission = self._plane.role.admit(hello, self.link)
        self._session, self.drop = admission.session, admission.drop_tokens
        self._session_id = admission.session.session_id
        return self.take(credit + hello.assigned_tasks) if credit else self

    def moved_to(self, plane: "Plane") -> "Worker":
        """The control plane was restarted: the next connection goes to the new one."""
        self._plane = plane
        return self

    def take(self, credit: int) -> "Worker":
        """Has room for so many tasks since its session began."""
        self.session.credit(credit)
        return self.frame()

    def frame(self) -> "Worker":
        self._seq += 1
        self.session.frame_done(self._seq)
        return self

    @property
    def tasks(self) -> list[tuple[str, int, int]]:
        """All it was ever given on this stream: (node, task, attempt)."""
        return [(context.node, grant.task, grant.attempt) for context, grant in self.link.grants]

    @property
    def tokens(self) -> list[bytes]:
        return [grant.token for _, grant in self.link.grants]

    def ends(self, token: bytes, *, output: Payload | None = NULL, released: bool = False) -> "Worker":
        self.session.ended([Ended(token, None if released else output, None, released)])
        return self.frame()


class Plane:
    """The role under test and what is around it."""

    def __init__(self, store: StateStore | None = None, settings: QueueingSettings | None = None) -> None:
        self.clock = Clock()
        self.driver = Driver()
        self.store = store or MemoryStateStore(self.clock)
        self.role = QueueingRole(
            sink=self.driver,
            catalog=Catalog(),
            store=self.store,
            clock=self.clock,
            ids=Ids(),
            token_key=KEY,
            settings=settings or QueueingSettings(),
        )
        self.woken = 0
        self.role.on_demand(self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def persist(self) -> None:
        """Lets session records reach the store, as happens in the background while the role runs."""
        stopping = asyncio.Event()
        stopping.set()
        await self.role._writer.run(stopping)

    def worker(self, name: str = "w", algorithm: str = "a", *, credit: int = 0) -> Worker:
        return Worker(self, name, algorithm).connect(credit=credit)

    def enqueue(
        self, tasks: Sequence[int], *, job: str = "j", node: str = "n", algorithm: str = "a", priority: int = 3,
        attempt: int = 1, recovered: bool = False, values: Mapping[int, TaskValues] | None = None,
    ) -> None:  # fmt: skip
        context = context_of(job, node, algorithm, priority)
        self.role.enqueue(context, tasks, attempt, recovered=recovered, values=values)


def context_of(job: str, node: str, algorithm: str = "a", priority: int = 3) -> NodeContext:
    return NodeContext(
        job_id=job, node=node, node_number=0, pipeline="p", algorithm=algorithm, priority=priority, args={}, template=[],
        sources=(), bindings=(), save_paths=(), ttl_seconds=0, is_batch=True, operation=BatchOperation.INDEXED,
        sizes=(1,),
    )  # fmt: skip


def token_of(
    task: int, *, job: str = "j", node: str = "n", attempt: int = 1, values: TaskValues | None = None
) -> bytes:  # fmt: skip
    return token(run_prefix(KEY, job, node), task, attempt, values_mark(values) if values else b"")


def own(text: str, call_id: str = "") -> TaskValues:
    return TaskValues((Payload(MSGPACK, text.encode()),), call_id=call_id)


def call(call_id: str) -> Call:
    return Call(call_id, CallKind.ALGORITHM, "b", b"", NULL, True)
