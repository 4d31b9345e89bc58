"""The table of all RPCs: who may call, what a request must look like, and what runs. gRPC and REST both go through it.

So both reject the same requests for the same reasons, and a method without a declared access cannot be served.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import protovalidate
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from controlplane.domain.errors import InvalidError, NotAllowedError, raise_first
from distributedkube.api.type.v1 import annotations_pb2

ALL_ACCESS = frozenset(
    {
        annotations_pb2.ACCESS_PUBLIC,
        annotations_pb2.ACCESS_VIEW,
        annotations_pb2.ACCESS_RUN,
        annotations_pb2.ACCESS_EDIT,
        annotations_pb2.ACCESS_ADMIN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as the edge made sure."""

    user: str
    access: frozenset[int] = ALL_ACCESS
    metadata: Mapping[str, str] = field(default_factory=dict)


class ViolationError(InvalidError):
    """A field of a request breaks a rule of the contract."""

    reason = "FIELD_VIOLATION"

    def __init__(self, message: str, *, field: str, rule: str, bound: object, value: object) -> None:
        super().__init__(message, field=field)
        self.rule = rule
        """Rule of ``buf.validate`` that does not hold, for example ``string.max_len``."""
        self.bound = bound
        self.value = value


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC."""

    descriptor: MethodDescriptor
    access: int
    run: Callable[..., Any]
    """``run(request, caller)``: an awaitable of the response, or an async iterator of them for a stream."""

    @property
    def name(self) -> str:
        """Full name, for example ``distributedkube.api.job.v1.JobService.StopJobs``."""
        return self.descriptor.full_name

    @property
    def request_class(self) -> type[Message]:
        return GetMessageClass(self.descriptor.input_type)

    @property
    def response_class(self) -> type[Message]:
        return GetMessageClass(self.descriptor.output_type)


class MethodTable:
    """All methods that are served, by full name."""

    def __init__(self) -> None:
        self._methods: dict[str, Method] = {}

    def add_service(self, service: ServiceDescriptor, servicer: object) -> None:
        """Binds each method of a service to the servicer's method of that name in snake case.

        Raises ``TypeError`` when one is missing or has no declared access: our own bug, found at start.
        """
        for descriptor in service.methods:
            access = descriptor.GetOptions().Extensions[annotations_pb2.access]
            if access == annotations_pb2.ACCESS_UNSPECIFIED:
                raise TypeError(f"{descriptor.full_name} declares no access")
            run = getattr(servicer, _snake(descriptor.name), None)
            if run is None:
                raise TypeError(f"{type(servicer).__name__} lacks {_snake(descriptor.name)}")
            self._methods[descriptor.full_name] = Method(descriptor, access, run)

    def __iter__(self) -> Iterator[Method]:
        return iter(self._methods.values())

    def __getitem__(self, name: str) -> Method:
        return self._methods[name]

    async def call(self, method: Method, request: Message | AsyncIterator[Message], caller: Caller) -> Message:
        """Checks and runs a method that answers once."""
        _admit(method, request, caller)
        answer = method.run(request, caller)
        return await cast(Awaitable[Message], answer)

    def stream(
        self, method: Method, request: Message | AsyncIterator[Message], caller: Caller
    ) -> AsyncIterator[Message]:
        """Checks a method that answers with a stream at once, and runs it as the iterator is read."""
        _admit(method, request, caller)
        return cast(AsyncIterator[Message], method.run(request, caller))


def _admit(method: Method, request: Message | AsyncIterator[Message], caller: Caller) -> None:
    if method.access not in caller.access:
        raise NotAllowedError(f"{caller.user} may not call {method.descriptor.name}", reason="ACCESS_DENIED")
    if isinstance(request, Message):
        check(request)


def check(message: Message) -> None:
    """Raises ``ViolationError`` for the first rule of the contract that the message breaks."""
    raise_first(violations_of(message, fail_fast=True))


def violations_of(message: Message, *, fail_fast: bool = False) -> Iterator[ViolationError]:
    """Every rule of the contract that the message breaks; with ``fail_fast`` the first one is all that is looked for."""
    for found in protovalidate.collect_violations(message, fail_fast=fail_fast):
        path = _path(found.proto.field.elements if found.proto.field else ())
        yield ViolationError(
            f"{path} {found.proto.message}",
            field=path,
            rule=found.proto.rule_id or "",
            bound=found.rule_value,
            value=found.field_value,
        )


def _path(elements: Iterable[Any]) -> str:
    """Dotted path with JSON names left to the edge: ``pipeline.nodes[0].node_name``."""
    parts: list[str] = []
    for element in elements:
        text = element.field_name or ""
        match element.subscript:
            case None:
                pass
            case subscript:
                value = getattr(subscript, "value", subscript)
                text += f"[{value}]"
        parts.append(text)
    return ".".join(parts)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
