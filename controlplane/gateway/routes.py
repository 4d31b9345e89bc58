"""Which handler answers which path: a tree of path segments, filled from the annotations of the contract.

Paths are compared without regard to case, one slash at the end is accepted, and every route is reachable below each of
``PREFIXES``. A tree rather than a list of patterns keeps the cost of a request independent of the number of routes.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

from google.api import annotations_pb2 as http_annotations_pb2  # type: ignore[import-untyped]
from google.api import http_pb2
from google.protobuf.descriptor import MethodDescriptor
from starlette.requests import Request
from starlette.types import ASGIApp

from controlplane.domain.errors import InvalidError
from controlplane.gateway.settings import PREFIXES
from distributedkube.api.type.v1 import annotations_pb2

Handler = Callable[[Request, Mapping[str, str]], Awaitable[ASGIApp]]
"""Answers a request; the mapping holds the parts of the path that the template names."""

_VERBS = ("get", "put", "post", "delete", "patch")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Binding:
    """One way to call one method over HTTP."""

    method: MethodDescriptor
    verb: str
    """Upper case."""
    path: str
    """Template as ``/api/v1/exec/status/{job_id}``; names are proto names."""
    body: str
    """Field of the request which the body is; ``*`` for the request itself, empty for no body."""
    response_body: str
    """Field of the response which the answer is; empty for the response itself."""
    success_status: int

    @property
    def body_field(self) -> str:
        """Field which the body is, when it is one."""
        return "" if self.body == "*" else self.body

    @property
    def path_fields(self) -> tuple[str, ...]:
        """Fields of the request that stand in the path."""
        return tuple(_name_of(segment) for segment in self.path.split("/") if segment.startswith("{"))


def bindings_of(method: MethodDescriptor) -> Iterator[Binding]:
    """All bindings of a method: its annotation, the additional ones, and paths for older clients."""
    if not method.GetOptions().HasExtension(http_annotations_pb2.http):
        return
    rule = method.GetOptions().Extensions[http_annotations_pb2.http]
    rest = method.GetOptions().Extensions[annotations_pb2.rest]
    status = rest.success_status or 200
    first = _binding(method, rule, status)
    yield first
    for additional in rule.additional_bindings:
        yield _binding(method, additional, status)
    for alias in rest.aliases:
        yield Binding(method, first.verb, alias, first.body, first.response_body, status)


def _binding(method: MethodDescriptor, rule: http_pb2.HttpRule, status: int) -> Binding:
    verb = rule.WhichOneof("pattern")
    if verb not in _VERBS:
        raise TypeError(f"{method.full_name}: {verb} is no HTTP method that is served")
    path = getattr(rule, verb)
    fields = method.input_type.fields_by_name
    for segment in path.split("/"):
        if segment.startswith("{") and _name_of(segment) not in fields:
            raise TypeError(f"{method.full_name}: {segment} in {path} is no field of the request")
    if rule.body not in ("", "*") and rule.body not in fields:
        raise TypeError(f"{method.full_name}: {rule.body} is no field of the request")
    return Binding(method, verb.upper(), path, rule.body, rule.response_body, status)


def _name_of(segment: str) -> str:
    """The field in ``{field}`` or ``{field=**}``."""
    return segment[1:-1].partition("=")[0]


@dataclass(slots=True)
class _Segment(Generic[T]):
    children: dict[str, "_Segment[T]"] = field(default_factory=dict)
    named: "_Segment[T] | None" = None
    """For segments that are the value of a parameter."""
    rest: "_Segment[T] | None" = None
    """For all that follows, slashes included."""
    routes: dict[str, tuple[T, tuple[str, ...]]] = field(default_factory=dict)
    """Verb to what is there, and the names of the parameters on the way to it."""


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """What there is at a path."""

    verbs: Mapping[str, tuple[T, tuple[str, ...]]]
    values: tuple[str, ...]

    def parameters(self, names: tuple[str, ...]) -> dict[str, str]:
        """Values of the path by their names."""
        return dict(zip(names, self.values, strict=False))


class RouteTable(Generic[T]):
    """Things to be found by verb and path."""

    def __init__(self) -> None:
        self._root: _Segment[T] = _Segment()
        self._added: dict[tuple[str, str], None] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Verb and path of all that was added, as they were written."""
        return iter(self._added)

    def add(self, verb: str, path: str, target: T, *, replace: bool = False) -> None:
        """Adds a target. ``{name}`` is a parameter, ``{name=**}`` at the end takes all that follows.

        Raises ``TypeError`` when there is one already, unless it is to be replaced, and when there is none to replace.
        """
        segment, names = self._root, []
        for part in path.strip("/").split("/"):
            if part.startswith("{"):
                name, _, kind = part[1:-1].partition("=")
                names.append(name)
                if kind == "**":
                    segment.rest = segment = segment.rest or _Segment()
                else:
                    segment.named = segment = segment.named or _Segment()
            else:
                segment = segment.children.setdefault(part.lower(), _Segment())
        if (verb in segment.routes) is not replace:
            raise TypeError(f"{verb} {path} is {'missing' if replace else 'there already'}")
        segment.routes[verb] = (target, tuple(names))
        self._added[verb, path] = None

    def find(self, raw_path: str) -> Match[T] | None:
        """What is at a path, percent-encoded as it came. Raises ``InvalidError`` for parts that are no UTF-8."""
        path = raw_path[:-1] if raw_path.endswith("/") and len(raw_path) > 1 else raw_path
        lowered = path.lower()
        for prefix in reversed(PREFIXES):
            if lowered.startswith(f"{prefix}/"):
                return self._descend(path[len(prefix) + 1 :].split("/"))
        return None

    def _descend(self, parts: list[str]) -> Match[T] | None:
        segment, values = self._root, []
        for index, part in enumerate(parts):
            child = segment.children.get(part.lower())
            if child is None and segment.named is not None and part:
                child = segment.named
                values.append(_decoded(part))
            if child is None:
                if segment.rest is None:
                    return None
                values.append(_decoded("/".join(parts[index:])))
                return Match(segment.rest.routes, tuple(values))
            segment = child
        if segment.routes:
            return Match(segment.routes, tuple(values))
        # A GET whose last parameter was left out is answered by the rules of the contract, which name what is missing.
        left_out = segment.named.routes if segment.named else {}
        return Match({"GET": left_out["GET"]}, tuple(values)) if "GET" in left_out else None


def _decoded(part: str) -> str:
    try:
        value = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise InvalidError("the path is not UTF-8", reason="INVALID_PATH") from None
    if "\0" in value:
        raise InvalidError("the path contains the NUL character", reason="INVALID_PATH")
    return value
