"""Which processes belong to a worker: told by a variable that all of them inherit, and by their user."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from controlplane.adapters.processes.proc import kill_remains, open_worker


@contextmanager
def sleeper(worker_id: str, user: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, as user code may start one."""
    process = subprocess.Popen(
        ["cat"], env={"DK_WORKER_ID": worker_id}, start_new_session=True, user=user, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, bufsize=0,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    # Its environment can be read only once it runs, which is a moment after it was started.
    process.stdin.write(b"x")
    assert process.stdout.read(1) == b"x"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_only_the_worker_s_own_remains_are_killed() -> None:
    """Others, though their ids begin alike, live on."""
    with sleeper("test-proc-a") as mine, sleeper("test-proc-ab") as other:
        assert kill_remains(["test-proc-a"]) == 1
        assert mine.wait() == -9
        assert kill_remains(["test-proc-none"]) == 0
        assert other.poll() is None


def test_a_process_is_opened_by_its_worker_id() -> None:
    """A stranger, or a number that no process has, is not."""
    with sleeper("test-proc-b") as mine:
        pidfd = open_worker(mine.pid, ["test-proc-b"])
        assert pidfd is not None
        os.close(pidfd)
        assert open_worker(mine.pid, ["test-proc-c"]) is None
    assert open_worker(mine.pid, ["test-proc-b"]) is None
    assert open_worker(-1, ["test-proc-b"]) is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can start a process of another user")
def test_a_process_of_another_user_is_refused() -> None:
    """Whatever it says of itself."""
    with sleeper("test-proc-d", user=65534) as theirs:
        assert open_worker(theirs.pid, ["test-proc-d"]) is None
