"""From a filter to SQL.

The words of a filter form groups: a job must have one word of each. The search walks along the places of the rarest group
and looks up the others, so its cost follows the rarest word and not the number of jobs. Only when even that one is frequent
is the walk along all jobs in the wanted order, which then finds enough of them soon.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from controlplane.adapters.job_index.schema import first_place
from controlplane.domain.job_events import JobState
from controlplane.domain.job_facts import JobFacts
from controlplane.ports.job_index import JobFilter, JobOrder, JobPage

FEW_JOBS = 5000
"""So many places are sorted rather than walked along."""

MAX_PREFIX_WORDS = 200
"""Names with one beginning that a search looks at."""

EXTERNAL = "e:"
"""Word of all jobs with an external id."""

_END_OF_TEXT = "\U0010ffff"


def words_of(facts: JobFacts) -> list[str]:
    """What a job is found by, but for its state."""
    names = dict.fromkeys((facts.job_id, facts.pipeline, *([facts.external_id] if facts.external_id else ())))
    return [
        *(f"n:{name}" for name in names),
        f"p:{facts.pipeline}",
        f"x:{facts.experiment}",
        f"u:{facts.user}",
        *(f"t:{kind}" for kind in dict.fromkeys(facts.types)),
        *(f"a:{name}" for name in facts.algorithms),
        *(f"g:{tag}" for tag in facts.tags),
        *([EXTERNAL] if facts.external_id else ()),
    ]


def state_word(state: JobState) -> str:
    return f"s:{state.value}"


@dataclass(frozen=True, slots=True)
class _Group:
    """Words of which a job must have one."""

    words: tuple[int, ...]
    jobs: int
    """How many jobs have any of them, at most."""


@dataclass(frozen=True, slots=True)
class Query:
    """SQL and its parameters."""

    sql: str
    parameters: tuple[Any, ...]


_HITS = """
SELECT json_group_array(json_array(place, job_id, pipeline, state)) FROM (
    SELECT jobs.place AS place, jobs.job_id AS job_id, jobs.pipeline AS pipeline, words.text AS state
    FROM ({places}) AS found JOIN jobs ON jobs.place = found.place JOIN words ON words.word = jobs.state
    ORDER BY {order})
"""
"""One row for all hits: each row of an answer costs a fight for the interpreter's lock, see ``adapters.sqlite.reader``."""


def find_query(db: sqlite3.Connection, wanted: JobFilter, page: JobPage) -> Query | None:
    """The query for a page of hits; None when there can be none."""
    groups = _groups(db, wanted)
    if groups is None:
        return None
    newest = page.order in (JobOrder.NEWEST, JobOrder.CHANGED_LAST)
    by_place = page.order in (JobOrder.NEWEST, JobOrder.OLDEST)
    select = _Select(groups, wanted, by_place=by_place, may_walk_all=True)
    if page.after is not None:
        select.add(f"{select.place} {'<' if newest else '>'} ?", page.after)
    direction = "DESC" if newest else "ASC"
    # Those that changed at the same time come in the order of submission.
    order = f"{select.place} {direction}" if by_place else f"jobs.changed_at {direction}, jobs.place {direction}"
    places = f"{select.sql()} ORDER BY {order} LIMIT ? OFFSET ?"
    final = f"jobs.place {direction}" if by_place else order
    return Query(_HITS.format(places=places, order=final), (*select.parameters, page.limit, page.skip))


def count_query(db: sqlite3.Connection, wanted: JobFilter) -> Query | None:
    """The query for the number of hits; None when there can be none."""
    groups = _groups(db, wanted)
    if groups is None:
        return None
    select = _Select(groups, wanted, by_place=True, may_walk_all=False)
    return Query(f"SELECT count(*) FROM ({select.sql()})", tuple(select.parameters))


class _Select:
    """All places that match, in no order yet."""

    def __init__(self, groups: Sequence[_Group], wanted: JobFilter, *, by_place: bool, may_walk_all: bool) -> None:
        self.parameters: list[Any] = []
        self._conditions: list[str] = []
        first = groups[0] if groups else None
        if first is not None and may_walk_all and first.jobs > FEW_JOBS and (len(first.words) > 1 or not by_place):
            first = None  # It would have to be sorted first.
        self.place = "jobs.place"
        self._source = "jobs"
        if first is not None:
            self._walk_along(first, joined=not by_place)
        for group in groups if first is None else groups[1:]:
            self.add(_has_any(group.words, self.place), *group.words)
        if wanted.started_from is not None:
            self.add(f"{self.place} >= ?", first_place(wanted.started_from))
        if wanted.started_before is not None:
            self.add(f"{self.place} < ?", first_place(wanted.started_before))
        if wanted.external is False:
            has_one = "SELECT 1 FROM postings WHERE word = (SELECT word FROM words WHERE text = ?)"
            self.add(f"NOT EXISTS ({has_one} AND place = {self.place})", EXTERNAL)

    def _walk_along(self, group: _Group, *, joined: bool) -> None:
        lists = f"SELECT DISTINCT place FROM postings WHERE word IN ({_marks(group.words)})"
        self._source = f"({lists}) AS walked" if len(group.words) > 1 else "postings AS walked"
        self.parameters += group.words
        if len(group.words) == 1:
            self._conditions.append("walked.word = ?")
        self.place = "walked.place"
        if joined:
            self._source += " JOIN jobs ON jobs.place = walked.place"

    def add(self, condition: str, *parameters: object) -> None:
        """Only those for which this holds too."""
        self._conditions.append(condition)
        self.parameters += parameters

    def sql(self) -> str:
        where = f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""
        return f"SELECT {self.place} AS place FROM {self._source}{where}"


def _has_any(words: Sequence[int], place: str) -> str:
    return f"EXISTS (SELECT 1 FROM postings WHERE word IN ({_marks(words)}) AND place = {place})"


def _marks(words: Sequence[int]) -> str:
    return ",".join("?" * len(words))


def _groups(db: sqlite3.Connection, wanted: JobFilter) -> list[_Group] | None:
    """The groups, the rarest first; None when one of them has no job."""
    groups: list[_Group] = []
    for texts in _texts(wanted):
        rows = _known(db, texts)
        if not rows:
            return None
        groups.append(_Group(tuple(word for word, _ in rows), sum(jobs for _, jobs in rows)))
    if wanted.name_prefix:
        rows = _beginning_with(db, f"n:{wanted.name_prefix}")
        if not rows:
            return None
        groups.append(_Group(tuple(word for word, _ in rows), sum(jobs for _, jobs in rows)))
    return sorted(groups, key=lambda group: (group.jobs, len(group.words)))


def _texts(wanted: JobFilter) -> Iterator[list[str]]:
    for kind, value in (
        ("n", wanted.name),
        ("p", wanted.pipeline),
        ("x", wanted.experiment),
        ("t", wanted.type),
        ("a", wanted.algorithm),
        ("u", wanted.user),
    ):
        if value:
            yield [f"{kind}:{value}"]
    if wanted.tags:
        yield [f"g:{tag}" for tag in dict.fromkeys(wanted.tags)]
    if wanted.states is not None:
        yield [state_word(state) for state in dict.fromkeys(wanted.states)]
    if wanted.external:
        yield [EXTERNAL]


def _known(db: sqlite3.Connection, texts: Sequence[str]) -> list[tuple[int, int]]:
    sql = f"SELECT word, jobs FROM words WHERE text IN ({','.join('?' * len(texts))}) AND jobs > 0"
    return db.execute(sql, texts).fetchall()


def _beginning_with(db: sqlite3.Connection, text: str) -> list[tuple[int, int]]:
    sql = "SELECT word, jobs FROM words WHERE text >= ? AND text < ? AND jobs > 0 ORDER BY text LIMIT ?"
    return db.execute(sql, (text, text + _END_OF_TEXT, MAX_PREFIX_WORDS)).fetchall()
