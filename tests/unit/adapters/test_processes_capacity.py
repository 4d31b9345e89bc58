"""Capacity of the machine: the smallest limit of all control groups around the process."""

import os
from pathlib import Path

import pytest

from controlplane.adapters.processes.capacity import machine_capacity
from controlplane.ports.cluster import Capacity

CORES = 1000 * len(os.sched_getaffinity(0))
GIB = 1024**3


@pytest.mark.parametrize(
    ("own", "limits", "expected"),
    [
        ("0::/a/b\n", {"a/b/cpu.max": "50000 100000\n", "a/b/memory.max": f"{GIB // 4}\n"}, (500, 256)),
        ("0::/a/b\n", {"a/cpu.max": "25000 100000\n", "a/b/cpu.max": "max 100000\n"}, (250, None)),
        ("0::/\n", {"memory.max": f"{GIB // 8}\n"}, (CORES, 128)),
        ("12:cpu:/other\n0::/a\n", {"a/cpu.max": "10000 100000"}, (100, None)),
        ("0::/gone/from/here\n", {"cpu.max": "10000 100000"}, (100, None)),
        ("0::/a\n", {"a/cpu.max": "100000000 100000", "a/memory.max": "max"}, (CORES, None)),
        ("0::/a\n", {"a/cpu.max": "nonsense", "a/memory.max": ""}, (CORES, None)),
        ("", {}, (CORES, None)),
    ],
)
def test_limits(tmp_path: Path, own: str, limits: dict[str, str], expected: tuple[int, int | None]) -> None:
    """Own and outer groups count; what sets no limit, or cannot be read, does not."""
    groups = tmp_path / "groups"
    groups.mkdir()
    (tmp_path / "own").write_text(own)
    for name, text in limits.items():
        (groups / name).parent.mkdir(parents=True, exist_ok=True)
        (groups / name).write_text(text)
    unlimited = machine_capacity(own_group=tmp_path / "nothing", groups=tmp_path / "nothing").memory_mib
    cpu_milli, memory_mib = expected
    assert machine_capacity(own_group=tmp_path / "own", groups=groups) == Capacity(
        cpu_milli=cpu_milli, memory_mib=unlimited if memory_mib is None else memory_mib
    )
