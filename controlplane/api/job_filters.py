"""What callers say of the jobs they look for, as the index knows it. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from google.protobuf.message import Message

from controlplane.domain.errors import InvalidError
from controlplane.domain.job_events import JobState
from controlplane.ports.job_index import JobFilter
from distributedkube.api.job.v1 import document_pb2, query_pb2

FINAL_STATES = tuple(state for state in JobState if state.is_final)
OPEN_STATES = tuple(state for state in JobState if not state.is_final)

CURSOR_DIGITS = 24

_ALWAYS_THERE = frozenset({"jobId", "userPipeline", "pipeline", "status", "graph", "completion", "auditTrail"})


def states_of(word: str) -> tuple[JobState, ...] | None:
    """States by their word: none for a word that no job is ever in, None for no word."""
    return tuple(state for state in JobState if state.value == word) if word else None


def job_filter(query: query_pb2.JobQuery, more_tags: Iterable[str] = ()) -> JobFilter:
    """The filter for a query. Raises ``InvalidError`` for dates that cannot be read."""
    return JobFilter(
        experiment=query.experiment_name,
        name=query.pipeline_name,
        type=query.pipeline_type,
        algorithm=query.algorithm_name,
        states=states_of(query.pipeline_status),
        tags=tuple(tag for tag in dict.fromkeys((*query.tags, *more_tags)) if tag),
        user=query.user,
        started_from=moment(query.dates_range.since, "query.datesRange.from"),
        started_before=moment(query.dates_range.until, "query.datesRange.to"),
    )


def with_parts(wanted: JobFilter, exists: Mapping[str, bool]) -> tuple[JobFilter | None, dict[str, bool]]:
    """A filter that also asks for parts of jobs, as far as the index knows them; the paths that are left.

    None when no job can be like that.
    """
    left: dict[str, bool] = {}
    for path, there in exists.items():
        if path in _ALWAYS_THERE:
            if not there:
                return None, {}
        elif path == "result":
            states = FINAL_STATES if there else OPEN_STATES
            kept = states if wanted.states is None else tuple(state for state in wanted.states if state in states)
            wanted = replace(wanted, states=kept)
        elif path == "externalId":
            wanted = replace(wanted, external=there)
        else:
            left[path] = there
    return wanted, left


def has_paths(document: document_pb2.JobDocument, paths: Mapping[str, bool]) -> bool:
    """Whether a job has all paths that it must have, and none that it must not."""
    return all(_has(document, path.split(".")) is there for path, there in paths.items())


def _has(message: Message, steps: list[str]) -> bool:
    field = next((field for field in message.DESCRIPTOR.fields if field.json_name == steps[0]), None)
    if field is None:
        return steps[0] in getattr(message, "open", ())
    value = getattr(message, field.name)
    if field.has_presence and not message.HasField(field.name):
        return False
    if not field.has_presence and not value:
        return False
    if len(steps) == 1 or field.message_type is None:
        return len(steps) == 1
    if field.message_type.GetOptions().map_entry:
        return steps[1] in value
    return any(_has(item, steps[1:]) for item in value) if field.is_repeated else _has(value, steps[1:])


def moment(text: str, path: str) -> float | None:
    """Seconds since the epoch for a date that somebody wrote; None for no date.

    Raises ``InvalidError`` for one that cannot be read; ``path`` is its place in the document.
    """
    text = text.strip()
    if not text:
        return None
    try:
        seconds = _seconds(text)
    except (ValueError, OverflowError):
        seconds = math.nan
    if not 0 <= seconds < 10**10:
        raise InvalidError(f'data.{path} should match format "date"', field=path)
    return seconds


def _seconds(text: str) -> float:
    if text.isascii() and text.isdecimal() and len(text) > 8:
        return int(text) / 1000
    try:
        # In a URL the plus of a zone is a blank.
        found = datetime.fromisoformat(f"{text[:-6]}+{text[-5:]}" if text[-6:-5] == " " and "T" in text else text)
    except ValueError:
        found = parsedate_to_datetime(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def write_cursor(place: int) -> str:
    """The cursor behind a job."""
    return f"{place:0{CURSOR_DIGITS}x}"


def read_place(token: str) -> int | None:
    """The same for the token of a page."""
    try:
        return read_cursor(token)
    except InvalidError:
        raise InvalidError("the page token is not one of ours", field="page_token") from None


def read_cursor(cursor: str) -> int | None:
    """The place in a cursor; None for no cursor. Raises ``InvalidError`` for one that we did not make."""
    if not cursor:
        return None
    try:
        place = int(cursor, 16) if len(cursor) == CURSOR_DIGITS and cursor.isalnum() else -1
    except ValueError:
        place = -1
    if not 0 <= place < 2**63:
        raise InvalidError("please provide a valid cursor", reason="INVALID_CURSOR", field="cursor")
    return place
