"""Label selectors of workers."""

import pytest

from controlplane.api.cluster_servicer import labels_of, parse_selector
from controlplane.domain.errors import InvalidError
from controlplane.ports.cluster import RunningWorker

WORKER = RunningWorker(
    worker_id="w", algorithm_name="range", algorithm_version="v1", cpu_milli=1, memory_mib=1, started_at=0
)


@pytest.mark.parametrize(
    ("selector", "takes"),
    [
        ("algorithm-name=range", True),
        (" algorithm-name == range , type=worker", True),
        ("algorithm-name=range,type!=worker", False),
        ("algorithm-name!=other,group=hkube", True),
        ("algorithm-name=rang", False),
        ("unknown=x", False),
        ("unknown!=x", True),
        ("unknown=", False),
    ],
)
def test_selectors(selector: str, takes: bool) -> None:
    assert parse_selector(selector)(labels_of(WORKER)) is takes


@pytest.mark.parametrize("selector", ["", ",", "range", "a=b,", "a in (b)", "a=b c", "!a", "a=b=c"])
def test_what_is_no_selector(selector: str) -> None:
    """It is refused: taken for one that says nothing, it would end all workers."""
    with pytest.raises(InvalidError, match="is none; give labels"):
        parse_selector(selector)
