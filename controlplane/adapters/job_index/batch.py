"""Changes that are written together.

What they do to the lists of places adds up first and is written at the end in a few statements: making an index anew is
mostly this.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Any

from controlplane.adapters.job_index.queries import state_word, words_of
from controlplane.adapters.job_index.schema import MICROSECONDS, first_place
from controlplane.domain.job_events import JobState
from controlplane.domain.job_facts import JobFacts, StateChange

FINAL_WORDS = frozenset(state_word(state) for state in JobState if state.is_final)


class Batch:
    """The changes of one transaction. ``words`` are numbers of words that are known; new ones are added."""

    def __init__(self, db: sqlite3.Connection, words: dict[str, int]) -> None:
        self._db = db
        self._words = words
        self._deltas: Counter[tuple[int, int]] = Counter()
        """By word and place: 1 to be written, -1 to be deleted, 0 if it only came and went."""
        self._left: set[int] = set()
        """Words that lost a job for good, and may have none any more."""

    def accept(self, facts: JobFacts) -> None:
        """A new job, pending; nothing happens when it is known."""
        if self._db.execute("SELECT 1 FROM jobs WHERE job_id = ?", (facts.job_id,)).fetchone():
            return
        place = self._free_place(first_place(facts.submitted_at))
        state = self._word(state_word(JobState.PENDING))
        words = [self._word(text) for text in words_of(facts)]
        changed_at = int(facts.submitted_at * MICROSECONDS)
        row = (place, facts.job_id, facts.pipeline, state, changed_at, json.dumps(words))
        self._db.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?)", row)
        self._count(place, (*words, state), 1)

    def change(self, change: StateChange) -> bool:
        """Another state; whether the job is known. What is told late of a job that has ended says nothing any more.

        Told again after a restart, a state keeps the time since when the job is in it; the time of an end may be told better.
        """
        sql = "SELECT place, state, changed_at, text FROM jobs JOIN words ON word = state WHERE job_id = ?"
        found = self._db.execute(sql, (change.job_id,)).fetchone()
        if found is None:
            return False
        place, old, changed_at, text = found
        new, at = self._word(state_word(change.state)), int(change.at * MICROSECONDS)
        is_late = text in FINAL_WORDS and not change.state.is_final
        is_better = change.state.is_final and changed_at != at
        if not is_late and (old != new or is_better):
            self._db.execute("UPDATE jobs SET state = ?, changed_at = ? WHERE place = ?", (new, at, place))
            self._count(place, (old,), -1)
            self._count(place, (new,), 1)
        return True

    def remove(self, job_id: str) -> None:
        """A job that is no more; nothing happens when it is not known."""
        found = self._db.execute("SELECT place, state, words FROM jobs WHERE job_id = ?", (job_id,)).fetchone()
        if found is None:
            return
        place, state, words = found[0], found[1], json.loads(found[2])
        self._db.execute("DELETE FROM jobs WHERE place = ?", (place,))
        self._count(place, (*words, state), -1)
        self._left.update(words)

    def finish(self) -> None:
        """Writes what has added up."""
        new = [key for key, delta in self._deltas.items() if delta > 0]
        gone = [key for key, delta in self._deltas.items() if delta < 0]
        self._db.executemany("DELETE FROM postings WHERE word = ? AND place = ?", gone)
        self._db.executemany("INSERT INTO postings VALUES (?, ?)", sorted(new))
        jobs: Counter[int] = Counter()
        for (word, _), delta in self._deltas.items():
            jobs[word] += delta
        self._db.executemany(
            "UPDATE words SET jobs = jobs + ? WHERE word = ?", [(delta, word) for word, delta in jobs.items() if delta]
        )
        for word in self._left:
            row: Any = self._db.execute(
                "DELETE FROM words WHERE word = ? AND jobs = 0 RETURNING text", (word,)
            ).fetchone()
            if row is not None:
                self._words.pop(row[0], None)

    def _count(self, place: int, words: Iterable[int], delta: int) -> None:
        for word in words:
            self._deltas[word, place] += delta

    def _word(self, text: str) -> int:
        """The number of a word, which gets one if it has none."""
        known = self._words.get(text)
        if known is None:
            row: Any = self._db.execute("SELECT word FROM words WHERE text = ?", (text,)).fetchone()
            row = row or self._db.execute("INSERT INTO words (text) VALUES (?) RETURNING word", (text,)).fetchone()
            known = self._words[text] = int(row[0])
        return known

    def _free_place(self, place: int) -> int:
        while self._db.execute("SELECT 1 FROM jobs WHERE place = ?", (place,)).fetchone():
            place += 1
        return place
