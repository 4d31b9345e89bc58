"""Records are packed as ``dataclasses.asdict`` would have it, which is how those in old data folders were."""

from dataclasses import asdict, replace

import msgpack
import pytest

from controlplane.domain.job_events import JobState, UserAction
from controlplane.domain.job_view import JobView, accepted_view
from controlplane.domain.packing import packed
from controlplane.domain.pipeline import ConcurrencyLimit, Node, Pipeline, Verbosity
from controlplane.domain.values import Failure, FailureCategory

PIPELINE = Pipeline(
    name="p",
    nodes=(Node(name="n", algorithm="a", input=[{"deep": [1, 2.5, None, "x"]}, "@m"]), Node(name="m", algorithm="b")),
    edges=(("m", "n"),),
    concurrency=ConcurrencyLimit(amount=2),
    verbosity=Verbosity.DEBUG,
    tags=("t",),
    flows={"main": "m >> n"},
)
VIEW: JobView = replace(
    accepted_view("job", "p", 1000.0, 1001.0), state=JobState.STOPPED, actions=(UserAction(1000.5, "stop", "me"),)
)
CAUSE = Failure(category=FailureCategory.CANCELLED, message="n")
FAILURE = Failure(category=FailureCategory.LOST, message="m", cause=CAUSE)


@pytest.mark.parametrize("record", [PIPELINE, VIEW, FAILURE])
def test_as_asdict(record: Pipeline | JobView | Failure) -> None:
    assert packed(record) == msgpack.packb(asdict(record))
    assert packed([record, {"in": record}]) == msgpack.packb([asdict(record), {"in": asdict(record)}])


def test_what_cannot_be_packed_is_refused() -> None:
    with pytest.raises(TypeError):
        packed({"a": object()})
