"""The table of topics: their names, which keys of a filter they take, and what computes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from controlplane.domain.errors import InvalidError
from controlplane.ports.watching import Topic, TopicFilter
from controlplane.roles.watching import log_topics
from controlplane.roles.watching.job_topics import ExplainSource, JobSource, JobsSource, QueueSource, TasksSource
from controlplane.roles.watching.source import Source
from controlplane.roles.watching.stored_topics import BuildsSource, CatalogSource
from controlplane.roles.watching.tools import WatchTools, WorkNews
from controlplane.roles.watching.work_topics import CountersSource, SystemSource, WorkersSource

_KEYS = tuple(key.name for key in fields(TopicFilter) if key.name != "unknown")
_NOTHING = TopicFilter()

Make = Callable[[WatchTools, WorkNews, TopicFilter], Source]


@dataclass(frozen=True, slots=True)
class TopicKind:
    """What there is to know of a topic."""

    make: Make | None
    """Makes what computes it; None for logs, which each reader reads for itself."""
    takes: frozenset[str] = field(default=frozenset())
    needs: tuple[str, ...] = ()
    """Exactly one of these keys must be there."""

    def check(self, topic: Topic) -> None:
        """Raises ``InvalidError`` for a filter that the topic cannot have."""
        given = [key for key in _KEYS if getattr(topic.filter, key) != getattr(_NOTHING, key)]
        keys = ", ".join(sorted(self.takes)) or "none"
        for key in [*topic.filter.unknown, *given]:
            if key not in self.takes:
                raise InvalidError(f"topic {topic.name} has no filter {key}; it takes {keys}", field=key)
        if self.needs and len(set(given).intersection(self.needs)) != 1:
            raise InvalidError(f"topic {topic.name} needs the filter {' or '.join(self.needs)}", field=self.needs[0])
        others = set(given) - {"build"}
        if topic.filter.build and others:
            raise InvalidError(f"the log of a build has no filter {min(others)}", field=min(others))


TOPICS: Mapping[str, TopicKind] = {
    "builds": TopicKind(lambda tools, _, wanted: BuildsSource(tools, wanted.algorithm), frozenset({"algorithm"})),
    "catalog": TopicKind(lambda tools, _work, _wanted: CatalogSource(tools)),
    "counters": TopicKind(lambda tools, work, _: CountersSource(tools, work)),
    "job": TopicKind(lambda tools, _, wanted: JobSource(tools, wanted.id), frozenset({"id"}), ("id",)),
    "job.explain": TopicKind(
        lambda tools, work, wanted: ExplainSource(tools, work, wanted.id), frozenset({"id"}), ("id",)
    ),
    "job.tasks": TopicKind(
        lambda tools, _, wanted: TasksSource(tools, wanted),
        frozenset({"id", "node", "window", "status", "q", "sort", "order"}),
        ("id",),
    ),
    "jobs": TopicKind(
        lambda tools, _, wanted: JobsSource(tools, wanted.ids, wanted.query), frozenset({"ids", "query"})
    ),
    log_topics.NAME: TopicKind(
        None,
        frozenset({"job", "node", "task", "attempt", "level", "source", "q", "build"}),
        ("job", "build"),
    ),
    "queue": TopicKind(lambda tools, _, wanted: QueueSource(tools, wanted.window), frozenset({"window"})),
    "system": TopicKind(lambda tools, work, _: SystemSource(tools, work)),
    "workers": TopicKind(
        lambda tools, work, wanted: WorkersSource(tools, work, wanted.algorithm), frozenset({"algorithm"})
    ),
}


def kind_of(topic: Topic) -> TopicKind:
    """What is known of a topic, its filter checked. Raises ``InvalidError``."""
    kind = TOPICS.get(topic.name)
    if kind is None:
        raise InvalidError(
            f"there is no topic {topic.name}; there are {', '.join(TOPICS)}", reason="UNKNOWN_TOPIC", field="name"
        )
    kind.check(topic)
    return kind
