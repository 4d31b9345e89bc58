"""How fast jobs are found among very many: ``search.py [--jobs N] [--requests N]``.

The jobs are written into a store as the engine leaves them behind when they have ended; then a control plane is started on
it, which makes its index from them, and is asked over REST as any client would ask.
"""

import argparse
import asyncio
import http.client
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from control_plane import ControlPlane, running
from rich.console import Console
from rich.table import Table

from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.adapters.system import SystemClock
from controlplane.api.pipelines import fill_defaults, to_domain
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView, NodeView
from controlplane.domain.outbox import TRIGGER_OUTBOX, end_entries
from controlplane.domain.records import EndRecord, JobRecord, end_key, job_key, job_order_key, pack_end, pack_job
from controlplane.domain.values import NULL
from controlplane.gateway.json_codec import parse_message
from controlplane.ports.state_store import Put, Transaction
from distributedkube.api.pipeline.v1 import pipeline_pb2

DAY = 24 * 3600.0
PIPELINES, ALGORITHMS, TAGS, NODES = 50, 30, 20, 4
JOBS_PER_COMMIT = 16
COMMITS_AT_ONCE = 64
BUDGET_MILLISECONDS = 100.0


def templates(chance: random.Random) -> list[JobRecord]:
    """One job of each pipeline."""
    made: list[JobRecord] = []
    for number in range(PIPELINES):
        nodes = [
            {"nodeName": f"n{i}", "algorithmName": f"alg-{name}", "input": [f"@n{i - 1}" if i else "@flowInput.x"]}
            for i, name in enumerate(chance.sample(range(ALGORITHMS), NODES))
        ]
        text = {"name": f"pipeline-{number}", "experimentName": "exp" if number % 10 == 9 else "main", "nodes": nodes}
        pipeline = parse_message(pipeline_pb2.Pipeline, json.dumps(text).encode())
        given = pipeline.SerializeToString()
        fill_defaults(pipeline)
        made.append(
            JobRecord(
                job_id="",
                submitted_at=0.0,
                types=("stored",) if number % 3 else ("stored", "internal", "cron"),
                document=pipeline.SerializeToString(),
                given=given,
                pipeline=to_domain(pipeline),
                flow_input=NULL,
                flow_input_shapes={},
                user=f"user-{number % 7}",
            )
        )
    return made


def jobs(count: int) -> Iterator[tuple[JobRecord, JobView]]:
    """Jobs that have ended over the last two days, the oldest first."""
    chance = random.Random(1)
    made, began = templates(chance), time.time() - 2 * DAY
    for number in range(count):
        template = made[chance.randrange(PIPELINES)]
        tags = tuple(f"tag-{tag}" for tag in chance.sample(range(TAGS), 2))
        record = replace(
            template,
            job_id=f"{number:012d}",
            submitted_at=began + number * (2 * DAY / count),
            external_id=f"order-{number}" if number % 3 == 0 else "",
            pipeline=replace(template.pipeline, tags=tags),
        )
        state = chance.choice([JobState.COMPLETED] * 8 + [JobState.FAILED, JobState.STOPPED])
        yield record, ended(record, state)


def ended(record: JobRecord, state: JobState) -> JobView:
    nodes = tuple(
        NodeView(
            name=node.name,
            algorithm=node.algorithm,
            state="succeed",
            batch=False,
            total=1,
            states={"succeed": 1},
            error="",
        )
        for node in record.pipeline.nodes
    )
    at = record.submitted_at + 2
    return JobView(
        job_id=record.job_id,
        pipeline=record.pipeline.name,
        state=state,
        at=at,
        submitted_at=record.submitted_at,
        active_at=record.submitted_at + 1,
        ended_at=at,
        progress=100.0,
        details="100% completed, 4 succeed",
        states={"succeed": NODES},
        nodes=nodes,
    )


def writes(record: JobRecord, view: JobView) -> list[Put]:
    """What the engine leaves behind, but for what starts further jobs."""
    head, _ = pack_job(record)
    return [
        Put(job_key(record.job_id), head),
        Put(job_order_key(record.submitted_at, record.job_id), b""),
        Put(end_key(record.job_id), pack_end(EndRecord(view=view, result_parts=0))),
        *(Put(key, value) for key, value in end_entries(record, view) if not key.startswith(TRIGGER_OUTBOX)),
    ]


async def fill(path: Path, count: int) -> None:
    store = await SqliteStateStore.open(path, clock=SystemClock())
    gathered: list[Put] = []
    commits: list[Transaction] = []
    for number, (record, view) in enumerate(jobs(count), 1):
        gathered += writes(record, view)
        if number % JOBS_PER_COMMIT == 0 or number == count:
            commits.append(Transaction(gathered))
            gathered = []
        if len(commits) == COMMITS_AT_ONCE or number == count:
            await asyncio.gather(*map(store.commit, commits))
            commits.clear()
    await store.close()


class Rest:
    """One kept connection."""

    def __init__(self, base: str) -> None:
        url = urlsplit(base)
        self._path = url.path
        self._connection = http.client.HTTPConnection(url.netloc, timeout=120)

    def search(self, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", f"{self._path}/exec/search", json.dumps(body), headers)
        return self._read()

    def get(self, path: str) -> Any:
        self._connection.request("GET", f"{self._path}/{path}")
        return self._read()

    def _read(self) -> Any:
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status == 503:
            return None
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {text.decode()}")
        return json.loads(text)


def queries(now: float) -> dict[str, dict[str, Any]]:
    """Each filter alone, dense and rare ones together, and such that find little or nothing."""

    def days_ago(days: float) -> str:
        return str(int((now - days * DAY) * 1000))

    everything = {
        "experimentName": "main",
        "pipelineName": "pipeline-3",
        "pipelineType": "cron",
        "algorithmName": "alg-3",
        "pipelineStatus": "failed",
        "tags": ["tag-1", "tag-2"],
        "datesRange": {"from": days_ago(1.9), "to": days_ago(0.1)},
    }
    return {
        "no filter": {},
        "experiment": {"experimentName": "main"},
        "pipeline name": {"pipelineName": "pipeline-3"},
        "job id": {"pipelineName": "000000000777"},
        "external id": {"pipelineName": "order-300"},
        "type": {"pipelineType": "cron"},
        "algorithm": {"algorithmName": "alg-3"},
        "status": {"pipelineStatus": "failed"},
        "status: none such": {"pipelineStatus": "active"},
        "tags": {"tags": ["tag-1", "tag-2"]},
        "user": {"user": "user-3"},
        "dates: a minute, two days ago": {"datesRange": {"from": days_ago(1.99), "to": days_ago(1.9893)}},
        "algorithm, tag, status": {"algorithmName": "alg-3", "tags": ["tag-1"], "pipelineStatus": "failed"},
        "experiment, type, user: none such": {"experimentName": "exp", "pipelineType": "raw", "user": "user-3"},
        "experiment, pipeline: none such": {"experimentName": "exp", "pipelineName": "pipeline-3"},
        "all of them": everything,
    }


def timed(requests: int, call: Callable[[int], Any]) -> tuple[list[float], Any]:
    """Milliseconds of each request, and the last answer."""
    times: list[float] = []
    answer: Any = None
    for number in range(requests):
        began = time.perf_counter()
        answer = call(number)
        times.append((time.perf_counter() - began) * 1000)
    return times, answer


def percentile(times: Sequence[float], percent: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * percent / 100))]


def measure(control_plane: ControlPlane, count: int, requests: int, console: Console) -> bool:
    """Prints the table; whether every p95 is within the budget."""
    rest = Rest(control_plane.rest)
    began = time.perf_counter()
    while rest.search({"limit": 1}) is None:
        console.print("the index is still being made")
    console.print(f"index of {count} jobs made in {time.perf_counter() - began:.1f} s after the start")
    table = Table("search", "p50 ms", "p95 ms", "hits", title=f"{count} jobs, {requests} requests each")
    slowest = 0.0

    def row(name: str, times: Sequence[float], hits: int) -> None:
        nonlocal slowest
        slowest = max(slowest, percentile(times, 95))
        table.add_row(name, f"{percentile(times, 50):.1f}", f"{percentile(times, 95):.1f}", str(hits))

    ids = {"jobId": True, "status.status": True}
    for name, query in queries(time.time()).items():
        for kind, more in (("states", {"fields": ids}), ("whole jobs", {})):
            body = {"query": query, "limit": 100, **more}
            times, answer = timed(requests, lambda _, body=body: rest.search(body))  # type: ignore[misc]
            row(f"{name}, {kind}", times, len(answer["hits"]))
    deep = max(count // 100, 1)
    times, _ = timed(requests, lambda i: rest.search({"pageNum": 1 + i * deep // requests, "fields": ids}))
    row("pages by number, over all", times, 100)
    times, walked = walk(rest, ids)
    row("pages by cursor, all of them", times, walked)
    times, answer = timed(requests, lambda _: rest.get("pipelines/results?name=pipeline-3&limit=10"))
    row("latest results of a pipeline", times, len(answer))
    times, answer = timed(requests, lambda i: rest.get(f"search?q=0000000{i % 10}"))
    row("names", times, len(answer["jobs"]))
    console.print(table)
    console.print(
        f"memory {control_plane.resident_mb():.0f} MB, at most {control_plane.peak_resident_mb():.0f} MB; "
        f"slowest p95 {slowest:.1f} ms, budget {BUDGET_MILLISECONDS:.0f} ms"
    )
    return slowest <= BUDGET_MILLISECONDS and walked == count


def walk(rest: Rest, fields: dict[str, bool]) -> tuple[list[float], int]:
    """Every job, 100 at a time."""
    times: list[float] = []
    seen: set[str] = set()
    cursor = ""
    while True:
        began = time.perf_counter()
        answer = rest.search({"cursor": cursor, "limit": 100, "fields": fields})
        times.append((time.perf_counter() - began) * 1000)
        seen.update(hit["jobId"] for hit in answer["hits"])
        if not answer["hits"]:
            return times, len(seen)
        cursor = answer["cursor"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jobs", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=50)
    given = options.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="distributedkube-search-") as name:
        folder = Path(name) / "data"
        folder.mkdir(mode=0o700)
        began = time.perf_counter()
        asyncio.run(fill(folder / "state.db", given.jobs))
        console.print(f"{given.jobs} jobs written in {time.perf_counter() - began:.0f} s")
        with running(folder) as control_plane:
            good = measure(control_plane, given.jobs, given.requests, console)
    sys.exit(not good)


if __name__ == "__main__":
    main()
