"""Logs of local workers: cut while they grow, joined when read, kept up to a number."""

import asyncio
import os
from pathlib import Path

import pytest

from controlplane.adapters.processes.worker_logs import KEPT_LOGS, WorkerLogs
from controlplane.domain.errors import UnavailableError

HALF = 1000


async def turns() -> None:
    """Lets the event loop look at its descriptors: the kernel queues the news of a write before the write returns."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_growing_log_is_cut(tmp_path: Path) -> None:
    """Past its size the end is set aside, writing goes on at the start, and the tail is read across the cut."""
    logs = WorkerLogs(tmp_path / "logs", half_bytes=HALF)
    descriptor = logs.create("one")
    logs.began("one")
    os.write(descriptor, b"".join(b"line %d\n" % number for number in range(500)))
    await turns()
    assert logs.path("one").stat().st_size == 0
    assert (tmp_path / "logs" / "one.log.1").stat().st_size == HALF
    os.write(descriptor, b"the end\n")
    assert list(logs.tail("one"))[-2:] == ["line 499", "the end"]
    assert len(logs.tail("one")) == 50
    os.close(descriptor)
    logs.ended("one", keep=False)
    assert list((tmp_path / "logs").iterdir()) == []


async def test_what_grew_before_it_was_watched_is_cut_too(tmp_path: Path) -> None:
    """An adopted worker may have written much while no control plane was there."""
    logs = WorkerLogs(tmp_path, half_bytes=HALF)
    logs.path("one").write_bytes(b"x" * 10 * HALF)
    logs.began("one")
    assert logs.path("one").stat().st_size == 0
    logs.ended("one", keep=True)


async def test_logs_of_failed_workers_are_kept_up_to_a_number(tmp_path: Path) -> None:
    """The oldest go; those of workers that run are no part of it."""
    logs = WorkerLogs(tmp_path)
    logs.began("running")
    logs.path("running").write_text("x")
    os.utime(logs.path("running"), (1, 1))
    for number in range(KEPT_LOGS + 3):
        logs.path(f"w{number}").write_text("x")
        os.utime(logs.path(f"w{number}"), (100 + number, 100 + number))
        logs.began(f"w{number}")
        logs.ended(f"w{number}", keep=True)
    kept = {path.stem for path in tmp_path.iterdir()}
    assert kept == {"running", *(f"w{number}" for number in range(3, KEPT_LOGS + 3))}
    logs.ended("running", keep=False)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Says which file, and why."""
    logs = WorkerLogs(tmp_path / "logs")
    (tmp_path / "logs").rmdir()
    with pytest.raises(UnavailableError, match=r"one\.log cannot be written: No such file"):
        logs.create("one")
