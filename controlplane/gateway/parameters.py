"""Parameters of URLs and forms as JSON text, so that they are read by the same rules as bodies.

``a=1&a=2``, ``a[]=1`` and ``a[0]=1`` are lists, ``a[b][c]=1`` objects in objects.
"""

import json
import re
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import parse_qsl

from controlplane.domain.errors import InvalidError

_MAX_PARAMETERS = 1000
_MAX_NESTING = 5

_parts = re.compile(r"\[([^\[\]]*)\]").findall


def parse_parameters(text: str) -> list[tuple[str, str]]:
    """Splits the text of a query or form. Raises ``InvalidError`` for too many parameters or broken UTF-8."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise InvalidError("the parameters are not UTF-8", reason="INVALID_PARAMETERS") from None
    except ValueError:
        raise InvalidError(f"there are more than {_MAX_PARAMETERS} parameters", reason="INVALID_PARAMETERS") from None


def parameters_to_json(parameters: Iterable[tuple[str, str]], known: Collection[str] | None = None) -> str:
    """JSON text of an object with the parameters; only with those whose first name is ``known``, if that is given."""
    root: dict[str, Any] = {}
    for name, value in parameters:
        first, path = _split(name)
        if known is None or first in known:
            _put(root, [first, *path], value)
    return json.dumps({name: _with_lists(value) for name, value in root.items()}, ensure_ascii=False)


def _split(name: str) -> tuple[str, list[str]]:
    first, bracket, rest = name.partition("[")
    path = _parts(bracket + rest)
    if "".join(f"[{part}]" for part in path) != bracket + rest:  # Odd brackets are part of the name.
        return name, []
    if len(path) > _MAX_NESTING:
        raise InvalidError(f"parameter {name} is nested deeper than {_MAX_NESTING}", reason="INVALID_PARAMETERS")
    return first, path


def _put(target: dict[str, Any], path: list[str], value: str) -> None:
    """Puts a value into nested objects; a second value at one place makes a list of the two."""
    *parents, last = path
    if last == "" and parents:
        *parents, last = parents
        target = _object_at(target, parents)
        target[last] = [*_as_list(target.get(last)), value]
        return
    target = _object_at(target, parents)
    target[last] = [*_as_list(target[last]), value] if last in target else value


def _object_at(target: dict[str, Any], path: list[str]) -> dict[str, Any]:
    for step in path:
        inner = target.get(step)
        if not isinstance(inner, dict):  # A plain value there gives way, whichever came first.
            inner = target[step] = {}
        target = inner
    return target


def _with_lists(value: Any) -> Any:
    """The same with objects whose keys are all numbers turned into lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(member) for key, member in value.items()}
    if all(key.isascii() and key.isdecimal() and len(key) < 5 for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
