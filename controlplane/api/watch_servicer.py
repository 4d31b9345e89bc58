"""WatchService: live topics."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from controlplane.api import views
from controlplane.api.methods import Caller
from controlplane.domain.job_events import JobState
from controlplane.domain.values import JSON
from controlplane.ports.watching import Frame, JobFilter, Topic, TopicFilter, Watching
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.watch.v1 import watch_pb2
from distributedkube.api.watch.v1 import watch_service_pb2 as service


class WatchServicer:
    def __init__(self, watching: Watching) -> None:
        self._watching = watching

    async def watch(self, request: service.WatchRequest, caller: Caller) -> AsyncIterator[service.WatchResponse]:
        topics = [Topic(topic.name, _filter(topic.filter), topic.cursor) for topic in request.topics]
        async with aclosing(self._watching.watch(topics)) as frames:
            async for frame in frames:
                yield service.WatchResponse(frame=_frame(frame))

    async def watch_topic(
        self, request: service.WatchTopicRequest, caller: Caller
    ) -> AsyncIterator[service.WatchTopicResponse]:
        topic = Topic(request.name, _filter(request.filter), request.cursor)
        async with aclosing(self._watching.watch([topic])) as frames:
            async for frame in frames:
                yield service.WatchTopicResponse(frame=_frame(frame))


def _filter(said: watch_pb2.TopicFilter) -> TopicFilter:
    return TopicFilter(
        id=said.id,
        ids=tuple(dict.fromkeys(said.ids)),
        jobs=JobFilter(said.jobs.pipeline_name, frozenset(_states(said.jobs.status))),
        job=said.job,
        node=said.node,
        task=said.task,
        build=said.build,
        algorithm=said.algorithm,
        attempt=said.attempt,
        level=said.level,
        source=views.log_stream(said.source),
        q=said.q,
        unknown=tuple(sorted(said.unknown)),
    )


def _states(numbers: Sequence[int]) -> list[JobState]:
    return [state for number in numbers if (state := views.job_state_from(number)) is not None]


def _frame(frame: Frame) -> watch_pb2.Frame:
    message = watch_pb2.Frame(
        topic=frame.topic,
        place=frame.place,
        event=watch_pb2.Frame.Event.Value(f"EVENT_{frame.kind.name}"),
        revision=frame.revision,
        cursor=frame.cursor,
    )
    if frame.content:
        message.content.CopyFrom(payload_pb2.Payload(content_type=JSON, data=frame.content))
    if frame.error is not None:
        message.error.CopyFrom(
            watch_pb2.TopicError(reason=frame.error.why, message=frame.error.message, field=frame.error.field)
        )
    return message
