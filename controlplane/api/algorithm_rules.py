"""Rules of algorithms that the contract's annotations cannot say: units, labels, references, and raw Kubernetes JSON.

Sentences are those that clients of this API know; each names the field. The first rule that does not hold ends the check.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from controlplane.domain.errors import InvalidError
from distributedkube.api.algorithm.v1 import algorithm_pb2 as pb
from distributedkube.api.type.v1 import payload_pb2

MIN_MEM_MIB = 4

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_DECIMAL = {"m": 1e-3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_UNITS = _BINARY | _DECIMAL
_UNIT_NAMES = "Ki,M,Mi,Gi,m,K,G,T,Ti"

_REFERENCES = ("fieldRef", "configMapKeyRef", "resourceFieldRef", "secretKeyRef")

_MAX_LABEL = 63
_LABEL = re.compile(r"[a-z0-9][-_.a-z0-9\\]*[a-z0-9]", re.ASCII)
_LABEL_PREFIX = re.compile(r"[a-z0-9][-.a-z0-9\\]*[a-z0-9]", re.ASCII)
_LABEL_FORM = (
    "must beginning and ending with an alphanumeric character with dashes (-), underscores (_), dots (.), and "
    "alphanumerics betweens"
)
_PREFIX_FORM = (
    "must be a lowercase RFC 1123 subdomain and must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character"
)


def memory_mib(text: str, where: str) -> float:
    """``512Mi`` as mebibytes. Raises ``InvalidError``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text.strip(), re.ASCII)
    if match is None or not match[2]:
        raise InvalidError(f"memory unit must be one of {_UNIT_NAMES}", field=where)
    factor = _UNITS.get(match[2])
    if factor is None:
        raise InvalidError(f"{match[2]} is not a valid unit [{_UNIT_NAMES}]", field=where)
    return float(match[1]) * factor / 2**20


def check_change(change: pb.Algorithm) -> None:
    """Checks what an author sent; what is stored was checked when it came. Raises ``InvalidError``."""
    if change.HasField("mem") and memory_mib(change.mem, "mem") < MIN_MEM_MIB:
        raise InvalidError(f"memory must be at least {MIN_MEM_MIB} Mi", field="mem")
    if change.HasField("reserved_memory"):
        memory_mib(change.reserved_memory, "reservedMemory")
    _check_mounts(change)
    for data in (*change.open.values(), *change.options.open.values()):
        _parsed(data)
    for payload in change.node_selector.values():
        json_value(payload)
    for name, form in _FORMS.items():
        if change.HasField(name):  # type: ignore[arg-type]
            key = pb.Algorithm.DESCRIPTOR.fields_by_name[name].json_name
            form.check(json_value(getattr(change, name)), f"data.{key}")
    for name in ("algorithm_env", "worker_env"):
        for payload in getattr(change, name).values():
            _check_variable(json_value(payload), name)
    _check_labels("labels", change.labels)
    _check_labels("annotations", change.annotations)


def check_whole(algorithm: pb.Algorithm) -> None:
    """Checks what only the whole algorithm shows, after a change was laid over what is stored. Raises ``InvalidError``."""
    missing = list(_missing_resources(json_value(algorithm.worker_custom_resources)))
    if missing:
        raise InvalidError(
            f"algorithm has invalid workerCustomResources: {', '.join(missing)}", field="workerCustomResources"
        )
    names = [side_car["container"]["name"] for side_car in json_value(algorithm.side_cars) or ()]
    if len(set(names)) < len(names):
        raise InvalidError("Sidecar container names must be unique!", field="sideCars")
    kai = json_value(algorithm.kai_object) or {}
    if kai.get("memory") is not None and kai.get("fraction") is not None:
        raise InvalidError('In kaiObject, only one of "memory" or "fraction" can be defined!', field="kaiObject")


def json_value(payload: payload_pb2.Payload) -> Any:
    """The plain value of raw JSON; None for nothing. Raises ``InvalidError`` for what is no JSON."""
    return _parsed(payload.data) if payload.data else None


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise InvalidError("values that the contract does not describe must be JSON", field="algorithm") from None


def _check_mounts(change: pb.Algorithm) -> None:
    seen: dict[bytes, int] = {}
    for place, mount in enumerate(change.mounts):
        key = mount.SerializeToString(deterministic=True)
        if key in seen:
            raise _fault(
                "data.mounts", f"should NOT have duplicate items (items ## {seen[key]} and {place} are identical)"
            )
        seen[key] = place


def _check_variable(value: Any, where: str) -> None:
    """A plain value, or an object whose first key says what it refers to."""
    if isinstance(value, dict | list) and (isinstance(value, list) or next(iter(value), None) not in _REFERENCES):
        raise InvalidError(f"data should be equal to one of the allowed values ({','.join(_REFERENCES)})", field=where)


def _check_labels(kind: str, labels: Mapping[str, str]) -> None:
    for key, value in labels.items():
        if not key:
            raise InvalidError(f"{kind} key must be a valid string", field=kind)
        prefix, slash, name = key.partition("/")
        name = name if slash else prefix
        if not name:
            raise InvalidError(f"{kind} key name must be a valid string", field=kind)
        _check_label(f"{kind} key name", name, kind)
        if slash and not _LABEL_PREFIX.fullmatch(prefix):
            raise InvalidError(f"{kind} key prefix {_PREFIX_FORM}", field=kind)
        if value:
            _check_label(f"{kind} value", value, kind)


def _check_label(what: str, text: str, kind: str) -> None:
    if len(text) > _MAX_LABEL:
        raise InvalidError(f"{what} must be {_MAX_LABEL} characters or less", field=kind)
    if not _LABEL.fullmatch(text):
        raise InvalidError(f"{what} {_LABEL_FORM}", field=kind)


def _missing_resources(resources: Any) -> list[str]:
    """Halves of pairs that are not there."""
    if not resources:
        return []
    requests, limits = resources["requests"], resources["limits"]
    missing: list[str] = []
    for name in ("memory", "cpu"):
        for side, side_name, other in ((limits, "limits", requests), (requests, "requests", limits)):
            if side.get(name) is None and other.get(name) is not None:
                missing.append(f"{side_name}.{name} must be defined")
    return missing


# Forms of raw JSON


def _fault(path: str, text: str) -> InvalidError:
    return InvalidError(f"{path} {text}", field=path.removeprefix("data."))


class _Anything:
    """Any value."""

    def check(self, value: Any, path: str) -> None:
        return


@dataclass(frozen=True, slots=True)
class _Text(_Anything):
    min_length: int = 0

    def check(self, value: Any, path: str) -> None:
        if isinstance(value, dict | list):
            raise _fault(path, "should be string")
        if len(str(value or "")) < self.min_length:
            raise _fault(path, f"should NOT be shorter than {self.min_length} characters")


class _Memory(_Anything):
    def check(self, value: Any, path: str) -> None:
        if value is not None:
            memory_mib(str(value), path.removeprefix("data."))


@dataclass(frozen=True, slots=True)
class _Number(_Anything):
    minimum: float | None = None

    def check(self, value: Any, path: str) -> None:
        try:
            number = float(value or 0) if not isinstance(value, dict | list) else None
        except ValueError:
            number = None
        if number is None:
            raise _fault(path, "should be number")
        if self.minimum is not None and not number >= self.minimum:
            raise _fault(path, f"should be >= {self.minimum:g}")


@dataclass(frozen=True, slots=True)
class _Object(_Anything):
    """An object; keys that are not named may hold anything."""

    keys: Mapping[str, _Anything] = field(default_factory=dict)
    required: Sequence[str] = ()
    nullable: bool = False

    def check(self, value: Any, path: str) -> None:
        if value is None and self.nullable:
            return
        if not isinstance(value, dict):
            raise _fault(path, "should be object,null" if self.nullable else "should be object")
        for key in self.required:
            if key not in value:
                raise _fault(path, f"should have required property '{key}'")
        for key, form in self.keys.items():
            if key in value:
                form.check(value[key], f"{path}.{key}")


@dataclass(frozen=True, slots=True)
class _List(_Anything):
    items: _Anything
    unique: bool = False
    nullable: bool = False

    def check(self, value: Any, path: str) -> None:
        if value is None and self.nullable:
            return
        if not isinstance(value, list):
            raise _fault(path, "should be array,null" if self.nullable else "should be array")
        for place, item in enumerate(value):
            self.items.check(item, f"{path}[{place}]")
        if self.unique:
            self._check_unique(value, path)

    @staticmethod
    def _check_unique(value: Sequence[Any], path: str) -> None:
        seen: dict[str, int] = {}
        for place, item in enumerate(value):
            key = json.dumps(item, sort_keys=True)
            if key in seen:
                raise _fault(path, f"should NOT have duplicate items (items ## {seen[key]} and {place} are identical)")
            seen[key] = place


_VOLUME_MOUNTS = _List(_Object({"name": _Text(), "mountPath": _Text()}, required=("name", "mountPath")))
_RESOURCES = _Object({"cpu": _Number(0), "memory": _Memory()})
_FORMS: Mapping[str, _Anything] = {
    "worker_custom_resources": _Object({"requests": _RESOURCES, "limits": _RESOURCES}, required=("requests", "limits")),
    "volumes": _List(
        _Object(
            {
                "name": _Text(),
                "emptyDir": _Object(),
                "persistentVolumeClaim": _Object({"claimName": _Text()}),
                "configMap": _Object({"name": _Text()}),
                "secret": _Object({"secretName": _Text()}),
            },
            required=("name",),
        )
    ),
    "volume_mounts": _VOLUME_MOUNTS,
    "side_cars": _List(
        _Object(
            {
                "container": _Object({"name": _Text(), "image": _Text()}, required=("name", "image")),
                "volumeMounts": _VOLUME_MOUNTS,
                "environments": _Object(nullable=True),
            },
            required=("container",),
        ),
        unique=True,
        nullable=True,
    ),
    "security_context": _Object({"fsGroup": _Number(), "hasFsGroupChangePolicy": _Text()}),
    "kai_object": _Object(
        {"queue": _Text(), "memory": _Memory(), "fraction": _Number()}, required=("queue",), nullable=True
    ),
}
"""Fields of raw JSON and what must be in them."""
