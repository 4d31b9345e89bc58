"""Which object, or output, a path means: with and without its bucket, and keys of our own."""

import pytest

from controlplane.domain.errors import InvalidError
from controlplane.domain.ids import task_id, task_place
from controlplane.domain.storage_paths import StoragePaths

PATHS = StoragePaths("east")


@pytest.mark.parametrize(
    ("path", "bucket", "key"),
    [
        ("east-hkube", "east-hkube", "job/"),
        ("east-hkube/j1", "east-hkube", "job/j1"),
        ("/east-hkube/j1/output/0", "east-hkube", "job/j1/output/0"),
        ("j1/output/0", "east-hkube", "job/j1/output/0"),
        ("job/j1/output/0", "east-hkube", "job/j1/output/0"),
        ("east-hkube/job/j1/output/0", "east-hkube", "job/j1/output/0"),
        ("source/abc.zip", "east-hkube-builds", "source/abc.zip"),
        ("east-hkube-builds/abc.zip", "east-hkube-builds", "source/abc.zip"),
        ("east-hkube-builds/source/abc.zip", "east-hkube-builds", "source/abc.zip"),
        ("local-hkube/j1", "east-hkube", "job/local-hkube/j1"),
    ],
)
def test_objects(path: str, bucket: str, key: str) -> None:
    place = PATHS.place(path)
    assert (place.bucket, place.key) == (bucket, key)


@pytest.mark.parametrize("path", ["east-hkube-results", "east-hkube-results/j1", "east-hkube-index/job/j1"])
def test_buckets_without_objects(path: str) -> None:
    assert PATHS.place(path).objects == ""
    assert PATHS.place(path).output is None


@pytest.mark.parametrize("path", ["", "/", "//a", "a//b", "a/", "..", "a/..", "./a", "a\0b"])
def test_no_paths(path: str) -> None:
    with pytest.raises(InvalidError):
        PATHS.place(path)


def test_outputs_and_inputs() -> None:
    """What graphs and records say leads back to the job and the task."""
    name = task_id(3, 999_999)
    for path in (PATHS.of_output("j1", name), f"j1/{name}", f"job/j1/{name}"):
        assert PATHS.place(path).output == ("j1", name)
        assert PATHS.place(path).flow_input == ""
    given = PATHS.place(PATHS.of_flow_input("j1"))
    assert (given.flow_input, given.output) == ("j1", None)
    assert PATHS.place("j1/output/0/1").output is None


def test_shown_paths_lead_back() -> None:
    for path in ("east-hkube/j1/output/0", "source/abc.zip"):
        place = PATHS.place(path)
        assert PATHS.place(PATHS.of_object(place, place.key)) == place


@pytest.mark.parametrize(("node", "task"), [(0, 0), (35, 36), (1295, 36**6 - 1)])
def test_ids_of_tasks_are_read_back(node: int, task: int) -> None:
    assert task_place(task_id(node, task)) == (node, task)


@pytest.mark.parametrize("text", ["", "0000000", "000000000", "0000000A", "0000000-", "0000000²"])
def test_no_ids_of_tasks(text: str) -> None:
    assert task_place(text) is None
