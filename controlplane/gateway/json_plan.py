"""What the contract says of a message, prepared once per message type for reading and writing it as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, cached_property

from buf.validate import validate_pb2
from google.protobuf import duration_pb2, timestamp_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, EnumValueDescriptor, FieldDescriptor

from distributedkube.api.type.v1 import annotations_pb2, payload_pb2

ALWAYS_WRITTEN = frozenset(
    {
        "distributedkube.api.algorithm.v1.ApplyAlgorithmResponse.messages",
        "distributedkube.api.algorithm.v1.ApplyAlgorithmResponse.messages_code",
        "distributedkube.api.algorithm.v1.SearchAlgorithmsResponse.hits",
        "distributedkube.api.build.v1.WatchBuildResponse.lines",
        "distributedkube.api.job.v1.CountItemsResponse.bins",
        "distributedkube.api.job.v1.GetTimelineResponse.lanes",
        "distributedkube.api.job.v1.ItemBin.states",
        "distributedkube.api.cluster.v1.GetAboutResponse.limits",
        "distributedkube.api.cluster.v1.GetHealthResponse.stores",
        "distributedkube.api.cluster.v1.GetMeResponse.access",
        "distributedkube.api.cluster.v1.ListTracesResponse.data",
        "distributedkube.api.job.v1.JobProgress.states",
        "distributedkube.api.job.v1.SearchJobsResponse.hits",
        "distributedkube.api.job.v1.ChangeJobsResponse.jobs",
        "distributedkube.api.job.v1.FindByNameResponse.algorithms",
        "distributedkube.api.job.v1.FindByNameResponse.jobs",
        "distributedkube.api.job.v1.FindByNameResponse.pipelines",
        "distributedkube.api.job.v1.ListJobLogsResponse.lines",
        "distributedkube.api.job.v1.ListTasksResponse.states",
        "distributedkube.api.job.v1.ListTasksResponse.tasks",
        "distributedkube.api.job.v1.NodeStatus.states",
        "distributedkube.api.job.v1.StopJobsResponse.stopped_job_ids",
        "distributedkube.api.job.v1.WatchJobLogsResponse.lines",
        "distributedkube.api.pipeline.v1.Node.input",
        "distributedkube.api.queue.v1.ListManagedResponse.return_list",
        "distributedkube.api.queue.v1.ListPreferredResponse.return_list",
        "distributedkube.api.queue.v1.QueuedJob.tags",
        "distributedkube.api.trigger.v1.PipelineTree.children",
        "distributedkube.api.trigger.v1.PreviewTriggerResponse.times",
        "distributedkube.api.trigger.v1.TriggerTree.children",
        "distributedkube.api.pipeline.v1.PreviewGraph.edges",
        "distributedkube.api.pipeline.v1.PreviewGraph.nodes",
        "distributedkube.api.pipeline.v1.ValidatePipelineResponse.problems",
        "distributedkube.api.storage.v1.StorageKeys.keys",
        "distributedkube.api.storage.v1.StoragePrefix.keys",
    }
)
"""Lists and maps that clients expect to see even when they are empty."""

WRITTEN_WITH = {
    "distributedkube.api.job.v1.JobResult.time_took": "timestamp",
    "distributedkube.api.job.v1.GraphNode.batch": "batch_info",
}
"""What is written, also when it is empty or zero, where another field is set: only then it can be there at all."""

NULL_WHEN_UNSET = frozenset(
    {
        "distributedkube.api.algorithm.v1.AuditEntry.timestamp",
        "distributedkube.api.build.v1.Build.end_time",
        "distributedkube.api.build.v1.Build.error",
        "distributedkube.api.build.v1.Build.result",
        "distributedkube.api.build.v1.Build.trace",
    }
)
"""Fields that are written as null when they are not set."""

COMMA_LISTS = frozenset(
    {
        "distributedkube.api.job.v1.JobQuery.tags",
        "distributedkube.api.job.v1.SearchJobsRequest.tags",
        "distributedkube.api.job.v1.StopJobsRequest.status_to_stop",
    }
)
"""Lists that may also be one text with commas."""

MAY_BE_NULL = frozenset(
    {
        "distributedkube.api.algorithm.v1.Algorithm.algorithm_env",
        "distributedkube.api.algorithm.v1.Algorithm.annotations",
        "distributedkube.api.algorithm.v1.Algorithm.base_image",
        "distributedkube.api.algorithm.v1.Algorithm.dependency_install_cmd",
        "distributedkube.api.algorithm.v1.Algorithm.download_file_ext",
        "distributedkube.api.algorithm.v1.Algorithm.entry_point",
        "distributedkube.api.algorithm.v1.Algorithm.labels",
        "distributedkube.api.algorithm.v1.Algorithm.max_workers",
        "distributedkube.api.algorithm.v1.Algorithm.mounts",
        "distributedkube.api.algorithm.v1.Algorithm.node_selector",
        "distributedkube.api.algorithm.v1.Algorithm.quota_guarantee",
        "distributedkube.api.algorithm.v1.Algorithm.reserved_memory",
        "distributedkube.api.algorithm.v1.Algorithm.worker_env",
        "distributedkube.api.pipeline.v1.PipelineOptions.active_ttl",
    }
)
"""Fields that the contract lets be null, which means that they are not set: errors about their type say so. For other texts
and numbers null is the empty text, 0 or false."""

IGNORES_UNKNOWN = frozenset(
    {
        "distributedkube.api.algorithm.v1.AliasAlgorithmVersionRequest",
        "distributedkube.api.algorithm.v1.ApplyAlgorithmVersionRequest",
        "distributedkube.api.algorithm.v1.AuditEntry",
        "distributedkube.api.algorithm.v1.FileInfo",
        "distributedkube.api.algorithm.v1.GitCommit",
        "distributedkube.api.algorithm.v1.GitRepository",
        "distributedkube.api.algorithm.v1.TagAlgorithmVersionRequest",
        "distributedkube.api.build.v1.PushedCommit",
        "distributedkube.api.build.v1.PushedRepository",
        "distributedkube.api.build.v1.ReceiveGithubPushRequest",
        "distributedkube.api.build.v1.ReceiveGitlabPushRequest",
        "distributedkube.api.build.v1.RerunBuildRequest",
        "distributedkube.api.build.v1.StopBuildRequest",
        "distributedkube.api.cluster.v1.LoginRequest",
        "distributedkube.api.cluster.v1.StartOptunaboardRequest",
        "distributedkube.api.cluster.v1.StartTensorboardRequest",
        "distributedkube.api.experiment.v1.CreateExperimentRequest",
        "distributedkube.api.job.v1.CleanJobRequest",
        "distributedkube.api.job.v1.PauseJobRequest",
        "distributedkube.api.job.v1.ResumeJobRequest",
        "distributedkube.api.job.v1.StartAfterJobRequest",
        "distributedkube.api.job.v1.StartByClockRequest",
        "distributedkube.api.job.v1.StopJobRequest",
        "distributedkube.api.pipeline.v1.AliasPipelineVersionRequest",
        "distributedkube.api.pipeline.v1.ApplyPipelineVersionRequest",
        "distributedkube.api.pipeline.v1.GetStreamingFlowGraphRequest",
        "distributedkube.api.pipeline.v1.PreviewPipelineGraphRequest",
        "distributedkube.api.pipeline.v1.Streaming",
        "distributedkube.api.queue.v1.PreferJobsRequest",
        "distributedkube.api.queue.v1.UnpreferJobsRequest",
        "distributedkube.api.trigger.v1.StartCronRequest",
        "distributedkube.api.trigger.v1.StopCronRequest",
    }
)
"""Messages that are read without the keys that they have no field for: documents to which servers add keys, which clients
send back whole, and requests that older contracts leave open, so that clients may send more. Requests in which a key that is
spelled wrong would change which jobs are meant are not among them."""

READ_AS = {
    "distributedkube.api.pipeline.v1.Node": {"includeInResults": "include_in_result"},
    "distributedkube.api.experiment.v1.ListExperimentsRequest": {"limit": "page_size"},
    "distributedkube.api.job.v1.ListJobPipelinesRequest": {"limit": "page_size"},
    "distributedkube.api.job.v1.ListJobsRequest": {"limit": "page_size"},
    "distributedkube.api.job.v1.ListTasksRequest": {"limit": "page_size"},
    "distributedkube.api.pipeline.v1.ListPipelinesRequest": {"limit": "page_size"},
    "distributedkube.api.queue.v1.QueueQuery": {"pipeline": "pipeline_name"},
    "distributedkube.api.trigger.v1.ListCronsRequest": {"limit": "page_size"},
}
"""Other names under which fields are also read, for clients of older contracts."""


class Kind(Enum):
    """How one value of a field looks in JSON."""

    STRING = auto()
    INTEGER = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    ENUM = auto()
    BYTES = auto()
    """Base64 text."""
    MESSAGE = auto()
    PAYLOAD = auto()
    """Any JSON value."""
    TIMESTAMP = auto()
    """Milliseconds since the epoch."""
    DURATION = auto()
    """Seconds."""


_SCALARS = (Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)
_WELL_KNOWN = {
    payload_pb2.Payload.DESCRIPTOR.full_name: Kind.PAYLOAD,
    timestamp_pb2.Timestamp.DESCRIPTOR.full_name: Kind.TIMESTAMP,
    duration_pb2.Duration.DESCRIPTOR.full_name: Kind.DURATION,
}
_SIGNED_32 = (-(2**31), 2**31 - 1)
_SIGNED_64 = (-(2**63), 2**63 - 1)
_INTEGER_RANGES = {
    FieldDescriptor.TYPE_INT32: _SIGNED_32,
    FieldDescriptor.TYPE_SINT32: _SIGNED_32,
    FieldDescriptor.TYPE_SFIXED32: _SIGNED_32,
    FieldDescriptor.TYPE_INT64: _SIGNED_64,
    FieldDescriptor.TYPE_SINT64: _SIGNED_64,
    FieldDescriptor.TYPE_SFIXED64: _SIGNED_64,
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_FIXED32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.TYPE_FIXED64: (0, 2**64 - 1),
}
_KINDS = {
    FieldDescriptor.TYPE_STRING: Kind.STRING,
    FieldDescriptor.TYPE_DOUBLE: Kind.NUMBER,
    FieldDescriptor.TYPE_FLOAT: Kind.NUMBER,
    FieldDescriptor.TYPE_BOOL: Kind.BOOLEAN,
    FieldDescriptor.TYPE_ENUM: Kind.ENUM,
    FieldDescriptor.TYPE_BYTES: Kind.BYTES,
    FieldDescriptor.TYPE_MESSAGE: Kind.MESSAGE,
} | dict.fromkeys(_INTEGER_RANGES, Kind.INTEGER)


class FieldPlan:
    """One field, or the values of a map."""

    def __init__(self, descriptor: FieldDescriptor, map_field: FieldDescriptor | None = None) -> None:
        self.descriptor = descriptor
        self.name: str = descriptor.name
        self.json_name: str = descriptor.json_name
        self.kind = _kind(descriptor)
        self.map_values = _map_values(descriptor) if map_field is None else None
        self.repeated: bool = descriptor.is_repeated and self.map_values is None
        self.has_presence: bool = descriptor.has_presence
        """Whether the message knows that the field was not said; else its zero value means that."""
        self.always_written = descriptor.full_name in ALWAYS_WRITTEN
        self.written_with = WRITTEN_WITH.get(descriptor.full_name, "")
        self.null_when_unset = descriptor.full_name in NULL_WHEN_UNSET
        self.or_null = ",null" if descriptor.full_name in MAY_BE_NULL else ""
        """What errors about the type of the whole value, no item of it, end with."""
        self.comma_list = descriptor.full_name in COMMA_LISTS
        self.null_is_zero = self.has_presence and self.kind in _SCALARS and not self.or_null
        """Null is a value, and a rule may be broken by it."""
        self.integers = _INTEGER_RANGES.get(descriptor.type, (0, 0))
        self.prefix = b',"%s":' % descriptor.json_name.encode()
        self.refuses_empty = self.kind is Kind.STRING and not self.has_presence and _min_length(descriptor) > 0
        """An empty text breaks a rule, but looks like an unset field once it is in the message."""

    @property
    def message_type(self) -> Descriptor:
        """Type of the message that is the value."""
        if self.descriptor.message_type is None:
            raise TypeError(f"{self.descriptor.full_name} holds no messages")
        return self.descriptor.message_type

    @cached_property
    def message(self) -> "MessagePlan":
        """Plan of the message that is the value; not made at once because messages may contain themselves."""
        return plan_of(self.message_type)

    @cached_property
    def words(self) -> Mapping[str, int]:
        """Values of the enum by their words that may be read; the unspecified one has none."""
        allowed = getattr(rules_of(self.descriptor).enum, "in")
        words = enum_words(self.descriptor.enum_type)
        return {word: number for word, number in words.items() if not allowed or number in allowed}

    @cached_property
    def words_by_number(self) -> Mapping[int, bytes]:
        """All words by their values, as JSON text."""
        words = enum_words(self.descriptor.enum_type)
        return {number: b'"%s"' % word.encode() for word, number in words.items()}


@dataclass(frozen=True, slots=True, eq=False)
class MessagePlan:
    """One message type."""

    full_name: str
    fields: tuple[FieldPlan, ...]
    """In the order of the contract, without ``open_field``."""
    by_key: Mapping[str, FieldPlan]
    """By every key under which a field is read."""
    open_field: str
    """Name of the map for keys that no field names; empty when there is none."""
    ignores_unknown: bool


@cache
def plan_of(descriptor: Descriptor) -> MessagePlan:
    """The plan of a message type."""
    fields = [FieldPlan(field) for field in descriptor.fields]
    open_fields = [f.name for f in fields if f.descriptor.GetOptions().Extensions[annotations_pb2.open_fields]]
    closed = tuple(f for f in fields if f.name not in open_fields)
    by_name = {f.name: f for f in closed}
    others = READ_AS.get(descriptor.full_name, {})
    return MessagePlan(
        full_name=descriptor.full_name,
        fields=closed,
        by_key={f.json_name: f for f in closed} | {key: by_name[name] for key, name in others.items()},
        open_field=open_fields[0] if open_fields else "",
        ignores_unknown=descriptor.full_name in IGNORES_UNKNOWN,
    )


@cache
def enum_words(descriptor: EnumDescriptor) -> Mapping[str, int]:
    """Values of an enum by their words, without the unspecified one."""
    return {_word(value): value.number for value in descriptor.values if value.number}


def _word(value: EnumValueDescriptor) -> str:
    said: str = value.GetOptions().Extensions[annotations_pb2.word]
    zero: str = value.type.values_by_number[0].name
    return said or value.name.removeprefix(zero.removesuffix("UNSPECIFIED")).lower()


def rules_of(descriptor: FieldDescriptor) -> validate_pb2.FieldRules:
    """What ``buf.validate`` says of a field."""
    return descriptor.GetOptions().Extensions[validate_pb2.field]


def _min_length(descriptor: FieldDescriptor) -> int:
    rules = rules_of(descriptor)
    rules = rules.repeated.items if descriptor.is_repeated else rules
    return int(rules.string.min_len) or int(rules.required)


def _kind(descriptor: FieldDescriptor) -> Kind:
    if descriptor.message_type is not None:
        return _WELL_KNOWN.get(descriptor.message_type.full_name, Kind.MESSAGE)
    return _KINDS[descriptor.type]


def _map_values(descriptor: FieldDescriptor) -> FieldPlan | None:
    entry = descriptor.message_type
    if entry is None or not entry.GetOptions().map_entry:
        return None
    if entry.fields_by_name["key"].type != FieldDescriptor.TYPE_STRING:
        raise TypeError(f"{descriptor.full_name}: keys of maps must be strings")
    return FieldPlan(entry.fields_by_name["value"], map_field=descriptor)
