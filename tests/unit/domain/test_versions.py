"""Versions: their numbers go up part by part, and their records come back as they were."""

import pytest

from controlplane.domain.versions import VersionRecord, next_semver, next_version, pack_version, unpack_version

WHAT = {"name": "p", "snapshot": b"x", "created_at": 1.5}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "1.0.0"),
        ("1.0.0", "1.0.1"),
        ("1.0.499", "1.0.500"),
        ("1.0.500", "1.1.0"),
        ("1.500.499", "1.500.500"),
        ("1.500.500", "2.0.0"),
        ("9.500.500", "10.0.0"),
    ],
)
def test_next_semver(before: str | None, after: str) -> None:
    assert next_semver(before) == after


def test_next_version_follows_the_newest() -> None:
    first = next_version(None, version="a", **WHAT)
    second = next_version(first, version="b", **WHAT)
    assert (first.number, first.semver, first.alias) == (1, "1.0.0", "v1.0.0")
    assert (second.number, second.semver, second.alias) == (2, "1.0.1", "v1.0.1")


@pytest.mark.parametrize("tags", [None, (), ("a", "b")])
def test_records_come_back(tags: tuple[str, ...] | None) -> None:
    record = VersionRecord(
        name="p",
        version="v",
        number=3,
        semver="1.0.2",
        alias="v1.0.2",
        created_at=2.0,
        created_by="me",
        snapshot=b"\x00",
        build_id="b",
        pinned=True,
        tags=tags,
    )
    assert unpack_version(pack_version(record)) == record
