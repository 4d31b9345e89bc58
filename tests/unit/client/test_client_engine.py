"""What the complete engine adds, with both clients against a real server: holding and repeating jobs, history and
explanation, clock times, triggers and webhooks."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.job.v1 import job_service_pb2 as jobs
from distributedkube.api.pipeline.v1.pipeline_pb2 import Cron
from distributedkube.api.trigger.v1 import trigger_service_pb2 as triggers
from distributedkube.api.type.v1.payload_pb2 import Payload
from distributedkube.client import InvalidError, NotAllowedError, NotFoundError, UnavailableError
from tests.unit.client.conftest import Ask
from tests.unit.client.fake_server import FakeServer, failure

Start = Callable[[Any], Any]


def completed() -> jobs.WatchJobResponse:
    return jobs.WatchJobResponse(status=job_pb2.JobStatus(job_id="new", status=job_pb2.JOB_STATE_COMPLETED))


async def test_pause_and_resume(ask: Ask, fake: FakeServer) -> None:
    """By id and by handle; nothing comes back."""
    assert await ask(lambda client: client.pause("j1")) is None
    assert await ask(lambda client: client.job("j1").resume()) is None
    assert await ask(lambda client: client.resume("j1")) is None
    assert [request.job_id for name in ("PauseJob", "ResumeJob") for request in fake.seen[name]] == ["j1"] * 3


@pytest.mark.parametrize(("verb", "reason"), [("pause", "JOB_HAS_ENDED"), ("resume", "JOB_NOT_PAUSED")])
async def test_the_wrong_moment(ask: Ask, fake: FakeServer, verb: str, reason: str) -> None:
    """The server's word and sentence reach the caller."""
    refusal = failure(grpc.StatusCode.FAILED_PRECONDITION, "job j1 is completed", reason)
    fake.failures[f"{verb.capitalize()}Job"] = [refusal]
    with pytest.raises(NotAllowedError, match="job j1 is completed") as caught:
        await ask(lambda client: getattr(client, verb)("j1"))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("method", "job_id", "start"),
    [
        ("RerunJob", "j2", lambda client: client.rerun("j1")),
        ("RerunJob", "j2", lambda client: client.job("j1").rerun()),
        ("RunFromNode", "j3", lambda client: client.run_from_node("j1", "Reduce")),
        ("RunFromNode", "j3", lambda client: client.job("j1").run_from_node("Reduce")),
    ],
)
async def test_a_repeated_job_is_a_job_of_its_own(
    ask: Ask, fake: FakeServer, method: str, job_id: str, start: Start
) -> None:
    """The handle is of the new job and waits for it and its result like that of any run."""
    fake.streams["WatchJob"] = [[completed()], [completed()]]
    fake.result.data.add(node_name="Reduce").result.MergeFrom(Payload(content_type="application/json", data=b"20"))
    job = await ask(start)
    assert job.id == job_id
    assert (await ask(lambda _: job.wait()))["status"] == "completed"
    assert (await ask(lambda _: job.result())).value == 20
    assert [request.job_id for request in fake.seen["WatchJob"]] == [job_id, job_id]
    assert fake.seen[method][0].job_id == "j1"


async def test_waiting_for_repeated_jobs(ask: Ask, fake: FakeServer) -> None:
    """With ``wait`` the call returns when the new job has ended; node and debug reach the server."""
    fake.streams["WatchJob"] = [[completed()], [completed()]]
    await ask(lambda client: client.rerun("j1", wait=True))
    await ask(lambda client: client.run_from_node("j1", "Reduce", True, wait=True))
    assert [request.job_id for request in fake.seen["WatchJob"]] == ["j2", "j3"]
    assert (fake.seen["RunFromNode"][0].node_name, fake.seen["RunFromNode"][0].debug) == ("Reduce", True)


@pytest.mark.parametrize(
    ("method", "start"),
    [
        ("RerunJob", lambda client: client.rerun("j1")),
        ("RunFromNode", lambda client: client.run_from_node("j1", "A")),
    ],
)
async def test_repetitions_carry_one_request_id(ask: Ask, fake: FakeServer, method: str, start: Start) -> None:
    """A store that is away is tried again and the server can tell that it is the same request; another call is another."""
    fake.failures[method] = [failure(grpc.StatusCode.UNAVAILABLE, "store down", "STORE_UNAVAILABLE")]
    await ask(start)
    await ask(start)
    first, again, other = (request.request_id for request in fake.seen[method])
    assert first == again != other
    assert len(first) == 32


async def test_resuming_is_not_repeated(ask: Ask, fake: FakeServer) -> None:
    """A second resume would find a job that is not paused and report that, so the first failure counts."""
    fake.failures["ResumeJob"] = [failure(grpc.StatusCode.UNAVAILABLE, "down", "STORE_UNAVAILABLE")]
    with pytest.raises(UnavailableError, match="down"):
        await ask(lambda client: client.resume("j1"))
    assert len(fake.seen["ResumeJob"]) == 1


async def test_history_reads_all_pages(ask: Ask, fake: FakeServer) -> None:
    """Entries of all pages in order, as dicts with the words of the contract; what was not said is left out."""
    failed = job_pb2.HistoryEntry(
        cursor="c2", kind=job_pb2.HistoryEntry.KIND_TASK_FAILED, node_name="A", batch_index=0, attempt=2,
        worker_id="w1", message="boom",
    )  # fmt: skip
    failed.timestamp.FromMilliseconds(1700000000123)
    accepted = job_pb2.HistoryEntry(cursor="c1", kind=job_pb2.HistoryEntry.KIND_ACCEPTED, user="ada")
    pages = [
        jobs.ListJobHistoryResponse(entries=[accepted], next_page_token="p2"),
        jobs.ListJobHistoryResponse(entries=[failed]),
    ]
    for read in (lambda client: client.history("j1"), lambda client: client.job("j1").history()):
        fake.pages["ListJobHistory"] = list(pages)
        assert await ask(read) == [
            {"cursor": "c1", "kind": "accepted", "user": "ada", "attempt": 0},
            {
                "cursor": "c2", "timestamp": 1700000000123, "kind": "task_failed", "nodeName": "A", "batchIndex": 0,
                "attempt": 2, "workerId": "w1", "message": "boom",
            },
        ]  # fmt: skip
    asked = [(request.job_id, request.page_token) for request in fake.seen["ListJobHistory"]]
    assert asked == [("j1", ""), ("j1", "p2")] * 2


async def test_explain(ask: Ask, fake: FakeServer) -> None:
    """The sentence, the state and the reasons as dicts."""
    answer = await ask(lambda client: client.explain("j1"))
    assert (answer["jobId"], answer["status"], answer["sentence"]) == ("j1", "active", "it waits")
    [reason] = answer["reasons"]
    assert (reason["code"], reason["queuePosition"], reason["score"]) == ("queue", 2, {"priority": 0.5})
    assert await ask(lambda client: client.job("j1").explain()) == answer


async def test_crons(ask: Ask, fake: FakeServer) -> None:
    """All pages of them; what is not said on start is not sent, so that it stays as it is stored."""
    fake.pages["ListCrons"] = [
        triggers.ListCronsResponse(crons=[{"name": "a", "cron": {"enabled": True, "missed_runs": 2}}], next_page_token="p"),
        triggers.ListCronsResponse(crons=[{"name": "b", "cron": {"pattern": "0 * * * *", "time_zone": "Europe/Rome"}}]),
    ]  # fmt: skip
    assert await ask(lambda client: client.crons()) == [
        {"name": "a", "cron": {"enabled": True, "missedRuns": "once"}},
        {"name": "b", "cron": {"pattern": "0 * * * *", "timeZone": "Europe/Rome"}},
    ]
    await ask(lambda client: client.start_cron("a"))
    await ask(lambda client: client.start_cron("a", "0 5 * * *", "Europe/Rome", "once"))
    bare, full = fake.seen["StartCron"]
    assert [field.name for field, _ in bare.ListFields()] == ["name"]
    assert (full.pattern, full.time_zone, full.missed_runs) == ("0 5 * * *", "Europe/Rome", Cron.MISSED_RUNS_ONCE)
    await ask(lambda client: client.stop_cron("a"))
    assert fake.seen["StopCron"][0].name == "a"


async def test_an_unknown_word_about_missed_runs(ask: Ask, fake: FakeServer) -> None:
    """It is refused before anything is sent, with the words there are."""
    with pytest.raises(InvalidError, match="missedRuns should be one of skip, once, not twice"):
        await ask(lambda client: client.start_cron("a", missed_runs="twice"))
    assert "StartCron" not in fake.seen


async def test_trigger_tree_and_webhooks(ask: Ask, fake: FakeServer) -> None:
    """Trees nest; of reports those are there that were made, and none at all is an error."""
    tree = {"name": "root", "jobId": "j1", "children": [{"name": "child", "jobId": "j2"}]}
    assert await ask(lambda client: client.trigger_tree("j1")) == tree
    assert await ask(lambda client: client.job("j1").trigger_tree()) == tree
    reports = await ask(lambda client: client.webhooks("j1"))
    assert sorted(reports) == ["jobId", "result"]
    assert reports["result"]["httpResponse"] == {"statusCode": "503", "statusMessage": "busy"}
    assert await ask(lambda client: client.job("j1").webhooks()) == reports
    fake.failures["ListWebhooks"] = [failure(grpc.StatusCode.NOT_FOUND, "webhook j1 Not Found", "NOT_FOUND")]
    with pytest.raises(NotFoundError, match="webhook j1"):
        await ask(lambda client: client.webhooks("j1"))
