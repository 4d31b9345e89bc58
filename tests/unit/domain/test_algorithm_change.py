"""What an apply sets off: the table of builds, versions, what is stored, and the codes that say so."""

from dataclasses import replace

import pytest

from controlplane.domain.algorithm_change import Change, decide
from controlplane.domain.catalog_records import AlgorithmRecord, BuildInputs

INPUTS = BuildInputs("sha", "python", "", "", "", "")
NEW_CODE = BuildInputs("other", "python", "", "", "", "main.py")


def record(**fields: object) -> AlgorithmRecord:
    base = AlgorithmRecord(
        name="a", document=b"", type="Code", env="python", cpu_milli=1, memory_mib=1, created_at=1, modified_at=1
    )
    return replace(base, **fields)  # type: ignore[arg-type]


IMAGE = record(type="Image", runtime="image:i", version="v")
CODE = record(runtime="env:r", version="v", inputs=INPUTS)
PENDING = record(inputs=INPUTS, build_id="b")


def change(stored: AlgorithmRecord | None, wanted: AlgorithmRecord, **more: bool) -> Change:
    said = {
        "differs": False,
        "file_sent": False,
        "building": False,
        "force_update": False,
        "force_build": False,
        **more,
    }
    return Change(wanted=wanted, stored=stored, **said)


ROWS = {
    "a new image": (change(None, replace(IMAGE, version=""), differs=True), "vs", [1024, 1023]),
    "new code": (change(None, replace(PENDING, build_id=""), differs=True, file_sent=True), "bs", [1021, 1023]),
    "an image as it is": (change(IMAGE, IMAGE, force_update=True), "", []),
    "code as it is": (change(CODE, CODE), "", []),
    "the same file": (change(CODE, CODE, file_sent=True), "", [1025]),
    "another image": (change(IMAGE, IMAGE, differs=True), "v", [1024]),
    "another image, forced": (change(IMAGE, IMAGE, differs=True, force_update=True), "vs", [1024, 1023]),
    "beside the code": (change(CODE, CODE, differs=True, file_sent=True), "v", [1025, 1024]),
    "beside the code, forced": (change(CODE, CODE, differs=True, force_update=True), "vs", [1024, 1023]),
    "other code": (change(CODE, replace(CODE, inputs=NEW_CODE), differs=True, file_sent=True), "b", [1022]),
    "other code, forced": (
        change(CODE, replace(CODE, inputs=NEW_CODE), differs=True, force_update=True),
        "bs",
        [1022, 1023],
    ),
    "a build by force": (change(CODE, CODE, force_build=True), "b", [1020]),
    "a build by force, made current": (change(CODE, CODE, force_build=True, force_update=True), "bs", [1020, 1023]),
    "an image knows no builds": (change(IMAGE, IMAGE, force_build=True), "", []),
    "the same while the first build runs": (change(PENDING, PENDING, building=True, file_sent=True), "", [1025]),
    "another while the first build runs": (change(PENDING, PENDING, building=True, differs=True), "bs", [1021, 1023]),
    "the same after the first build failed": (change(PENDING, PENDING), "bs", [1021, 1023]),
}


@pytest.mark.parametrize(("asked", "does", "codes"), ROWS.values(), ids=ROWS)
def test_rows(asked: Change, does: str, codes: list[int]) -> None:
    """b: a build, v: a version, s: stored as current."""
    outcome = decide(asked)
    assert [outcome.build, outcome.version, outcome.store] == ["b" in does, "v" in does, "s" in does]
    assert [note.code for note in outcome.notes] == codes


def test_a_build_says_what_changed() -> None:
    note = decide(change(CODE, replace(CODE, inputs=NEW_CODE), differs=True)).notes[0]
    assert note.text.startswith("a build was triggered due to change in checksum,entryPoint. ")
