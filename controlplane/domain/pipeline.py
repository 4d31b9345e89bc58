"""A pipeline as the engine runs it: values with all defaults filled in. The author's document is kept beside it, untouched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Self

from controlplane.domain.values import Json


class RetryPolicy(StrEnum):
    NEVER = "Never"
    ALWAYS = "Always"
    ON_ERROR = "OnError"
    ON_CRASH = "OnCrash"


class BatchOperation(StrEnum):
    INDEXED = "indexed"
    CARTESIAN = "cartesian"


class NodeKind(StrEnum):
    """What a node stands for; the words are those of the contract."""

    ALGORITHM = "algorithm"
    PIPELINE = "pipeline"
    DEBUG = "debug"
    DATA_SOURCE = "dataSource"
    GATEWAY = "gateway"
    OUTPUT = "output"
    HYPERPARAMS_TUNER = "hyperparamsTuner"

    @property
    def names_algorithm(self) -> bool:
        """Whether its author says which algorithm it runs."""
        return self in (NodeKind.ALGORITHM, NodeKind.DEBUG)


STATELESS = "stateless"
STATEFUL = "stateful"
BATCH = "batch"
STREAM = "stream"

DEFAULT_RETRY_LIMIT = 3
DEFAULT_MAX_BACKOFF_SECONDS = 300.0
DEFAULT_TTL_SECONDS = 3600
DEFAULT_BATCH_TOLERANCE = 80
DEFAULT_PRIORITY = 3
DEFAULT_EXPERIMENT = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    policy: RetryPolicy = RetryPolicy.ON_CRASH
    limit: int = DEFAULT_RETRY_LIMIT
    """Tries after the first one."""
    backoff_seconds: float = 0.0
    """Before the second try; doubles with each further one."""
    max_backoff_seconds: float = DEFAULT_MAX_BACKOFF_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A vertex of the graph."""

    name: str
    algorithm: str
    input: list[Json] = field(default_factory=list)
    batch_operation: BatchOperation = BatchOperation.INDEXED
    retry: Retry = field(default_factory=Retry)
    ttl_seconds: int = 0
    """Most seconds a task may run; 0 means no limit."""
    include_in_result: bool = False
    spec: Json = None
    extra_data: Json = None
    kind: NodeKind = NodeKind.ALGORITHM
    state_type: str = ""
    """``stateless``, ``stateful``, or what its algorithm says."""
    min_stateless: int = 0
    max_stateless: int | None = None

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        return cls(
            **{
                **plain,
                "batch_operation": BatchOperation(plain["batch_operation"]),
                "kind": NodeKind(plain.get("kind", NodeKind.ALGORITHM)),
                "retry": Retry(**{**plain["retry"], "policy": RetryPolicy(plain["retry"]["policy"])}),
            }
        )


class Verbosity(IntEnum):
    """How much is reported of a job: a level includes all those before it."""

    CRITICAL = 0
    ERROR = 1
    WARN = 2
    INFO = 3
    DEBUG = 4
    TRACE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrencyLimit:
    """Most jobs of one pipeline and experiment at the same time."""

    amount: int
    reject: bool = True
    """Whether further jobs are refused; otherwise they wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A graph to run."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...] = ()
    """Edges for order only, besides those that inputs make: (source, target)."""
    priority: int = DEFAULT_PRIORITY
    """1 to 5, 5 is served first."""
    ttl_seconds: int = DEFAULT_TTL_SECONDS
    """From submission; 0 or less means no limit."""
    active_ttl_seconds: int = 0
    """From becoming active; 0 means no limit."""
    batch_tolerance: int = DEFAULT_BATCH_TOLERANCE
    """Percentage of failed tasks of a batch at which the job fails."""
    experiment: str = DEFAULT_EXPERIMENT
    kind: str = BATCH
    """``batch`` or ``stream``."""
    concurrency: ConcurrencyLimit | None = None
    verbosity: Verbosity = Verbosity.INFO
    progress_webhook: str = ""
    """URL that gets every status."""
    result_webhook: str = ""
    """URL that gets the result."""
    tags: tuple[str, ...] = ()
    debug_override: tuple[str, ...] = ()
    """Nodes that are to run in their author's editor."""
    flows: Mapping[str, str] = field(default_factory=dict)
    """Of a stream pipeline: texts by name."""
    default_flow: str = ""

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        return cls(
            **{
                **plain,
                "nodes": tuple(Node.from_plain(n) for n in plain["nodes"]),
                "edges": tuple((a, b) for a, b in plain["edges"]),
                "concurrency": ConcurrencyLimit(**plain["concurrency"]) if plain["concurrency"] else None,
                "verbosity": Verbosity(plain["verbosity"]),
                "tags": tuple(plain["tags"]),
                "debug_override": tuple(plain.get("debug_override", ())),
            }
        )
