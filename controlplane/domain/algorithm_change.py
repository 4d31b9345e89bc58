"""What an apply of an algorithm sets off: a build, a version, a new current algorithm. Pure.

=====================================  ==========================================================================
the change                             what comes of it
=====================================  ==========================================================================
of what a build depends on             a build, which makes the version when it ends
of anything else                       a version at once
none                                   nothing, unless a build is forced
=====================================  ==========================================================================

What is current changes at once only for new algorithms, for those that have no version yet (there is nothing to protect),
and when the caller forces it; otherwise unfinished jobs keep what they were started with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from controlplane.domain.catalog_records import INPUT_NAMES, AlgorithmRecord

_FOLLOW = "use the DistributedKube dashboard or the DistributedKube API to follow the build progress"
_TRIGGERS = ",".join(INPUT_NAMES[:-1])
"""As clients know the list; the entry point is our own."""


class Note(NamedTuple):
    """One thing that an apply did, for machines and for people."""

    code: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An apply, as far as the decision depends on it."""

    wanted: AlgorithmRecord
    """With the inputs of its build; None there when nothing is built."""
    stored: AlgorithmRecord | None
    differs: bool
    """Whether the author's part is another than the stored one; true for new algorithms."""
    file_sent: bool
    building: bool
    """Whether the build that is to make the first version is still open."""
    force_update: bool
    force_build: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to do about a change."""

    build: bool
    version: bool
    store: bool
    notes: Sequence[Note]


def decide(change: Change) -> Outcome:
    """What a change sets off, and how to say it."""
    name, stored = change.wanted.name, change.stored
    reason = _build_reason(change)
    version = reason is None and change.differs and bool(change.wanted.runtime)
    store = stored is None or ((reason is not None or version) and (change.force_update or not stored.version))
    notes: list[Note] = []
    if reason is not None:
        notes.append(reason)
    elif change.file_sent:
        notes.append(Note(1025, f"there was no trigger for build, no change in {_TRIGGERS}"))
    if version:
        notes.append(Note(1024, f"a new version of algorithm {name} has been created"))
    if store:
        notes.append(Note(1023, f"the algorithm {name} has been successfully pushed to hkube"))
    return Outcome(build=reason is not None, version=version, store=store, notes=notes)


def _build_reason(change: Change) -> Note | None:
    """Why there is a build; None for none."""
    wanted, stored = change.wanted.inputs, change.stored
    if wanted is None:
        return None
    if change.force_build:
        return Note(1020, f"a build was triggered due to force flag. {_FOLLOW}")
    never_built = stored is None or stored.inputs is None
    # Before the first version there is no other way to make a change count than to build again.
    lost = stored is not None and not stored.version and (change.differs or not change.building)
    if never_built or lost:
        return Note(1021, f"a build was triggered due to first algorithm update. {_FOLLOW}")
    assert stored is not None
    assert stored.inputs is not None
    changed = stored.inputs.changed(wanted)
    return Note(1022, f"a build was triggered due to change in {','.join(changed)}. {_FOLLOW}") if changed else None
