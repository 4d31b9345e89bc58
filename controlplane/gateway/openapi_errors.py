"""Which statuses an operation answers with when something is wrong, for the OpenAPI document.

Some belong to every operation. The others are what the comment of the method in the contract lists below ``Errors:``, one
line for each code, as ``* `NOT_FOUND`: no such job.``; "as `Other`" and "failing like `Other`" take over what that method
of the same service lists. So a status that a comment forgets is missing in the document, and the tests that compare
answers with it say so.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.descriptor import MethodDescriptor

Json = dict[str, Any]

_STATUS_BY_CODE = {
    "INVALID_ARGUMENT": "400",
    "FAILED_PRECONDITION": "400",
    "UNAUTHENTICATED": "401",
    "PERMISSION_DENIED": "403",
    "NOT_FOUND": "404",
    "ALREADY_EXISTS": "409",
    "ABORTED": "409",
    "INTERNAL": "500",
    "UNAVAILABLE": "503",
}
"""``RESOURCE_EXHAUSTED`` is missing: 413 and 429 are everybody's."""

_EVERYWHERE = {
    "400": ("BadRequest", "The request breaks a rule; the message names the field."),
    "408": ("TooSlow", "The body came too slowly."),
    "413": ("TooLarge", "The body is larger than what is accepted here."),
    "414": ("UrlTooLong", "The URL is longer than what is accepted."),
    "429": ("TooManyRequests", "More than is accepted at a time; `Retry-After` says when to come again."),
    "431": ("HeadersTooLarge", "The headers are larger than what is accepted."),
    "500": ("Internal", "A defect; the message has the number under which the server's log tells more."),
    "503": ("Unavailable", "A store does not answer; `Retry-After` says when to come again."),
}  # fmt: skip
_WITH_LOGIN = {"401": ("Unauthorized", "Nobody is logged in."), "403": ("Forbidden", "The caller may not do this.")}

_line = re.compile(r"^\* `([A-Z_]+)`(.*)$").match
_like = re.compile(r"(?:\bas|failing like) `(\w+)`").findall


def shared_responses(error: Json) -> Json:
    """``components.responses``, with the schema of errors."""
    return {name: _response(about, error) for name, about in (*_EVERYWHERE.values(), *_WITH_LOGIN.values())}


def common_refusals(*, require_login: bool) -> Json:
    """Responses that every operation has, as references."""
    names = _EVERYWHERE | _WITH_LOGIN if require_login else _EVERYWHERE
    return {status: {"$ref": f"#/components/responses/{name}"} for status, (name, _) in names.items()}


def refusals(method: MethodDescriptor, comment_of: Callable[[str], str], error: Json, *, require_login: bool) -> Json:
    """All responses of a method but the good one."""
    by_status: dict[str, list[str]] = {}
    for code, about in _listed(method, comment_of, frozenset()):
        if status := _STATUS_BY_CODE.get(code):
            by_status.setdefault(status, []).append(about)
    own = {status: _response(" ".join(dict.fromkeys(lines)), error) for status, lines in by_status.items()}
    return dict(sorted({**common_refusals(require_login=require_login), **own}.items()))


def described(answers: Mapping[str, str], error: Json) -> Json:
    """Responses of a route without a method: status to a sentence."""
    return {status: _response(about, error) for status, about in answers.items()}


def _listed(
    method: MethodDescriptor, comment_of: Callable[[str], str], seen: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Codes and sentences of a method, and of those that it fails like."""
    if method.name in seen:
        return
    comment = comment_of(method.full_name)
    for name in _like(comment):
        other = method.containing_service.methods_by_name.get(name)
        if other is not None:
            yield from _listed(other, comment_of, seen | {method.name})
    code, about = "", ""
    for line in comment.splitlines():
        match = _line(line)
        if match is None and line:
            about += f" {line}" if code else ""
            continue
        if code:
            yield code, _sentence(about)
        code, about = (match[1], match[2]) if match else ("", "")
    if code:
        yield code, _sentence(about)


def _sentence(text: str) -> str:
    """A sentence of its own: what stood behind the code, without the machine reason and the colon."""
    text = re.sub(r"^ \(`\w+`\)", "", text).removeprefix(":").strip()
    return text[:1].upper() + text[1:]


def _response(about: str, error: Json) -> Json:
    return {"description": about, "content": {"application/json": {"schema": error}}}
