"""What has changed between two JSON objects, as a JSON merge patch (RFC 7386).

Objects are compared key by key, anything else as a whole; so rows that change one by one are kept in an object by their
ids, not in a list. A patch says null for a key that is gone, therefore no document holds null as a value.
"""

from collections.abc import Mapping

from controlplane.domain.values import Json

Document = dict[str, Json]
"""A JSON object without nulls."""


def difference(before: Mapping[str, Json], after: Mapping[str, Json]) -> Document:
    """The patch that makes ``after`` of ``before``; empty when they are equal."""
    patch: Document = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            inner = difference(old, value)
            if inner:
                patch[key] = inner
        elif key not in before or old != value or type(old) is not type(value):
            patch[key] = value
    return patch
