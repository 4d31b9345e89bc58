"""How records become bytes: msgpack, with dataclasses as maps of their fields.

The maps are made one by one while msgpack walks through a record. ``dataclasses.asdict`` would copy all of it first, down to
the last value of a node's input, and was a fifth of what it costs to accept a job.
"""

from dataclasses import fields
from typing import Any

import msgpack


def packed(value: object) -> bytes:
    """Maps, sequences, scalars, bytes and dataclasses as bytes. Sequences come back as lists, enumerations as their values.

    Raises ``TypeError`` for anything else.
    """
    data: bytes = msgpack.packb(value, default=_as_map)
    return data


def _as_map(value: Any) -> dict[str, object]:
    kind = type(value)
    names = _names.get(kind)
    if names is None:
        names = _names[kind] = tuple(field.name for field in fields(kind))
    return {name: getattr(value, name) for name in names}


_names: dict[type[Any], tuple[str, ...]] = {}
"""Fields of the kinds of records that were packed."""
