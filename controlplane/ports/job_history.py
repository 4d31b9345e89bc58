"""Reads the history of a job from its journal, a page at a time: as it is so far, or whole when the job has ended."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from controlplane.domain.errors import InvalidError
from controlplane.domain.history import HistoryEntry, accepted, entries, facts_of
from controlplane.domain.records import JobRecord, journal_key, journal_prefix, last_part, unpack_events
from controlplane.ports.state_store import StateStore

MAX_VALUES = 64
"""Values of the journal read for one page at the most."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    entries: list[HistoryEntry]
    cursor: str
    """Where the next page begins; empty when there is no more for now."""


async def read_history(store: StateStore, record: JobRecord, *, after: str, limit: int) -> HistoryPage:
    """Entries behind a cursor, oldest first.

    A cursor is the number of a journal value and how many entries of it were read. Numbers count from 1; 0 is the acceptance.
    """
    number, done = _parsed(after)
    found: list[HistoryEntry] = []
    if not after:
        found.append(replace(accepted(record), cursor=_cursor(0, 1)))
    start = journal_key(record.job_id, number - 1) if number else ""
    page = await store.range(journal_prefix(record.job_id), after=start, limit=MAX_VALUES)
    facts = facts_of(record)
    for value in page.entries:
        at = int(last_part(value.key), 16)
        new = (e for event in unpack_events(value.value) for e in entries(event, facts))
        for place, entry in _numbered(new):
            if at == number and place <= done:
                continue
            if len(found) == limit:
                return HistoryPage(found, found[-1].cursor)
            found.append(replace(entry, cursor=_cursor(at, place)))
    return HistoryPage(found, found[-1].cursor if page.more and found else "")


def _numbered(new: Iterator[HistoryEntry]) -> Iterator[tuple[int, HistoryEntry]]:
    return enumerate(new, 1)


def _cursor(number: int, place: int) -> str:
    return f"{number:012x}.{place:06d}"


def _parsed(cursor: str) -> tuple[int, int]:
    if not cursor:
        return 0, 0
    number, _, place = cursor.partition(".")
    try:
        return int(number, 16), int(place)
    except ValueError:
        raise InvalidError("page_token is none that this method returned", field="page_token") from None
