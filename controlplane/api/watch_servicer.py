"""WatchService: live topics."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from controlplane.api import views
from controlplane.api.job_filters import job_filter
from controlplane.api.methods import Caller
from controlplane.api.task_views import task_word
from controlplane.domain.errors import InvalidError
from controlplane.domain.values import JSON
from controlplane.ports.watching import Frame, Topic, TopicFilter, Watching, Window
from distributedkube.api.job.v1.task_service_pb2 import ListTasksRequest
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.watch.v1 import watch_pb2
from distributedkube.api.watch.v1 import watch_service_pb2 as service

_WINDOW = Window()


class WatchServicer:
    def __init__(self, watching: Watching) -> None:
        self._watching = watching

    async def watch(self, request: service.WatchRequest, caller: Caller) -> AsyncIterator[service.WatchResponse]:
        topics = [_topic(topic.name, topic.filter, topic.cursor) for topic in request.topics]
        async with aclosing(self._watching.watch(topics)) as frames:
            async for frame in frames:
                yield service.WatchResponse(frame=_frame(frame))

    async def watch_topic(
        self, request: service.WatchTopicRequest, caller: Caller
    ) -> AsyncIterator[service.WatchTopicResponse]:
        topic = _topic(request.name, request.filter, request.cursor)
        async with aclosing(self._watching.watch([topic])) as frames:
            async for frame in frames:
                yield service.WatchTopicResponse(frame=_frame(frame))


def _topic(name: str, said: watch_pb2.TopicFilter, cursor: str) -> Topic:
    """What is wrong with one topic must not cost the others, so it goes along."""
    try:
        return Topic(name, _filter(said), cursor)
    except InvalidError as error:
        return Topic(name, error=error)


def _filter(said: watch_pb2.TopicFilter) -> TopicFilter:
    """Raises ``InvalidError`` for what no rule of the contract can say."""
    return TopicFilter(
        id=said.id,
        ids=tuple(dict.fromkeys(said.ids)),
        query=job_filter(said.query),
        job=said.job,
        node=said.node,
        task=said.task,
        build=said.build,
        algorithm=said.algorithm,
        attempt=said.attempt,
        level=said.level,
        source=views.log_stream(said.source),
        q=said.q,
        window=Window(said.window.first or _WINDOW.first, said.window.size or _WINDOW.size),
        status=tuple(sorted({task_word(number).value for number in said.status})),
        sort=ListTasksRequest.Sort.Name(said.sort).removeprefix("SORT_") if said.sort else "",
        order=said.order,
        unknown=tuple(sorted(said.unknown)),
    )


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
