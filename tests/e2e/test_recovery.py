"""kill -9 of the control plane in the middle of a job."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.e2e.product import Product, product, start, stop, workers_of

pytestmark = pytest.mark.e2e

TASKS = 60


def counting(file: Path) -> str:
    """An algorithm that notes each run and takes a moment; the second half of the tasks waits for a file named ``go``."""
    return (
        "import os, time\n"
        "def start(args):\n"
        f"    with open({str(file)!r}, 'a') as f:\n"
        "        f.write(str(args['input'][0]) + '\\n')\n"
        "    time.sleep(0.03)\n"
        f"    while args['input'][0] > {TASKS // 2} and not os.path.exists({str(file.with_name('go'))!r}):\n"
        "        time.sleep(0.01)\n"
        "    return args['input'][0]\n"
    )


PIPELINE = {
    "name": "p",
    "nodes": [
        {"nodeName": "work", "algorithmName": "work", "input": [f"#[1...{TASKS}]"]},
        {"nodeName": "sum", "algorithmName": "sum", "input": ["@work"]},
    ],
}


async def begin(made: Product, folder: Path, counted: Path) -> str:
    """Starts a job and waits until a third of its tasks have run. It cannot end before ``finish``."""
    assert (await made.apply(folder, "work", counting(counted))).code == 0
    assert (await made.apply(folder, "sum", "def start(args):\n    return sum(args['input'][0])\n")).code == 0
    job = await made.submit(folder, PIPELINE)
    while True:
        status = (await made.ctl("exec", "status", job, "-o", "json")).json()
        done = {n["nodeName"]: n.get("states", {}).get("succeed", 0) for n in status.get("nodes", [])}
        if done.get("work", 0) > TASKS // 3:
            return job


async def finish(made: Product, job: str, folder: Path) -> None:
    (folder / "go").touch()
    said = await made.ctl("exec", "watch", job)
    assert said.code == 0, said
    assert said.out.splitlines()[-1] == str(sum(range(1, TASKS + 1)))


async def test_the_job_goes_on_and_work_is_kept(tmp_path: Path) -> None:
    """The control plane dies, its workers live: the next one goes on, and no task at all is run twice."""
    counted = tmp_path / "counted"
    first = await start(tmp_path / "data")
    job = await begin(first, tmp_path, counted)
    workers = workers_of(first.data_dir)
    await first.kill()
    assert workers_of(first.data_dir) == workers, "workers outlive their control plane"
    async with product(tmp_path / "data") as second:
        await finish(second, job, tmp_path)
    runs = sorted(map(int, counted.read_text().split()))
    assert runs == list(range(1, TASKS + 1))


async def test_when_the_workers_die_too_only_unfinished_tasks_run_again(tmp_path: Path) -> None:
    """The whole machine goes down: what was acknowledged is not run again; what was under way is."""
    counted = tmp_path / "counted"
    first = await start(tmp_path / "data")
    job = await begin(first, tmp_path, counted)
    workers = workers_of(first.data_dir)
    await first.kill()
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    before = list(map(int, counted.read_text().split()))
    async with product(tmp_path / "data") as second:
        await finish(second, job, tmp_path)
    runs = list(map(int, counted.read_text().split()))
    assert set(runs) == set(range(1, TASKS + 1))
    # Under way at the time: one task a worker, and what it had done within the last group commit.
    assert len(runs) - TASKS <= 2 * len(workers)
    assert len(before) < TASKS


async def test_again_and_again(tmp_path: Path) -> None:
    """Killed four times, the job still ends right."""
    counted = tmp_path / "counted"
    made = await start(tmp_path / "data")
    job = await begin(made, tmp_path, counted)
    for _ in range(3):
        await made.kill()
        made = await start(tmp_path / "data")
        await made.ctl("exec", "status", job)
    await made.kill()
    made = await start(tmp_path / "data")
    await finish(made, job, tmp_path)
    await stop(made)


async def test_a_clean_stop_leaves_nothing_and_the_state_stays(tmp_path: Path) -> None:
    """Ctrl-C ends everything, also workers; a second start knows the algorithms and finished jobs."""
    async with product(tmp_path / "data") as first:
        assert (await first.apply(tmp_path, "echo", "def start(args):\n    return args['input'][0]\n")).code == 0
        job = await first.submit(
            tmp_path, {"name": "p", "nodes": [{"nodeName": "n", "algorithmName": "echo", "input": [7]}]}
        )
        assert (await first.ctl("exec", "watch", job)).code == 0
        assert workers_of(first.data_dir)
    assert workers_of(tmp_path / "data") == []
    async with product(tmp_path / "data") as second:
        assert (await second.ctl("exec", "result", job)).out.strip() == "7"
        assert (await second.ctl("algorithm", "list", "-o", "json")).json()[0]["name"] == "echo"
        again = await second.ctl("exec", "algorithm", "echo", "--help")
        assert again.code == 0


async def test_orphans_end_by_themselves(tmp_path: Path) -> None:
    """Workers whose control plane does not come back leave after their time, without anybody's help."""
    made = await start(tmp_path / "data", "--orphan-seconds", "1")
    assert (await made.apply(tmp_path, "echo", "def start(args):\n    return 1\n")).code == 0
    job = await made.submit(tmp_path, {"name": "p", "nodes": [{"nodeName": "n", "algorithmName": "echo"}]})
    assert (await made.ctl("exec", "watch", job)).code == 0
    ends = [os.pidfd_open(pid) for pid in workers_of(made.data_dir)]
    assert ends
    await made.kill()
    loop = asyncio.get_running_loop()
    for pidfd in ends:
        gone = asyncio.Event()
        loop.add_reader(pidfd, gone.set)
        await gone.wait()
        loop.remove_reader(pidfd)
        os.close(pidfd)
