"""Definitions as people write them, turned into the form of the API. Pure, and without protobuf.

Algorithms may be grouped or flat, also mixed::

    name: range                        name: range
    env: python                        env: python
    resources: {cpu: 0.5, mem: 512Mi}  cpu: 0.5
    code:                              mem: 512Mi
      path: ./range                    entryPoint: main.py
      entryPoint: main.py
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from distributedkube.client.errors import InvalidError

_GROUPS: Mapping[str, Mapping[str, str]] = {
    "resources": {"cpu": "cpu", "gpu": "gpu", "mem": "mem"},
    "code": {"path": "", "entryPoint": "entryPoint"},
}
"""Group to its keys to the flat key each stands for; a code path is no part of the flat form."""

_ENV_WORDS = {"javascript": "nodejs", "js": "nodejs", "node": "nodejs", "py": "python"}


def flatten_algorithm(definition: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Returns the flat definition and ``code.path`` if there is one.

    Raises ``InvalidError`` for a group that is no mapping, an unknown key in it, or a value that is given twice.
    """
    flat = {key: value for key, value in definition.items() if key not in _GROUPS}
    code_path: str | None = None
    for group, keys in _GROUPS.items():
        for key, value in _items(definition, group, keys):
            if not keys[key]:
                code_path = _text(value, f"{group}.{key}")
            elif keys[key] in flat:
                raise InvalidError(
                    f"{group}.{key} and {keys[key]} say the same thing; keep one of them", field=f"{group}.{key}"
                )
            else:
                flat[keys[key]] = value
    if isinstance(flat.get("env"), str):
        flat["env"] = _ENV_WORDS.get(flat["env"].lower(), flat["env"])
    return flat, code_path


def normal_pipeline(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the definition with ``options.concurrentPipelines: 2`` spelled out as ``{amount: 2}``."""
    normal = dict(definition)
    options = normal.get("options")
    if isinstance(options, Mapping):
        amount = options.get("concurrentPipelines")
        if isinstance(amount, int) and not isinstance(amount, bool):
            normal["options"] = {**options, "concurrentPipelines": {"amount": amount}}
    return normal


def _items(definition: Mapping[str, Any], group: str, keys: Mapping[str, str]) -> list[tuple[str, Any]]:
    value = definition.get(group)
    if value is None:
        return []
    if not isinstance(value, Mapping):
        raise InvalidError(f"{group} should be a mapping with the keys {', '.join(keys)}", field=group)
    for key in value:
        if key not in keys:
            raise InvalidError(f"{group} has no key {key}; it may have {', '.join(keys)}", field=f"{group}.{key}")
    return [(key, item) for key, item in value.items() if item is not None]


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidError(f"{field} should be text", field=field)
    return value
