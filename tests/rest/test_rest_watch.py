"""Live topics over real server-sent events: what each shows, many on one connection, going on after a break, and gaps."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.rest.events import Event, patched, watching, watching_one
from tests.rest.server import Rest, error

Fresh = Callable[[str], str]


def pipeline(name: str, algorithm: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [{"nodeName": "Only", "algorithmName": algorithm, "input": [1], **more}]}


def held(rest: Rest, name: str) -> str:
    """A job whose task runs until it is stopped."""
    return rest.run(pipeline(name, "hold"))


def stop(rest: Rest, job_id: str) -> None:
    assert rest.post("exec/stop", {"jobId": job_id}).status_code == 200


# One topic


@pytest.mark.covers("GET /api/v1/watch/topics/{name}")
def test_a_job_from_its_start_to_its_end(rest: Rest, fresh: Fresh) -> None:
    """A snapshot, then patches of changed keys alone, the end, and `gone`; then the stream ends by itself."""
    name = fresh("watched")
    job = held(rest, name)
    events: list[Event] = []
    with watching_one(rest, "job", {"filter[id]": job}) as stream:
        for event in stream:
            events.append(event)
            if patched({}, events)["nodes"]["Only"].get("status") == "active":
                break
        stop(rest, job)
        events += stream
    assert (events[0].name, events[-1].name) == ("snapshot", "gone")
    assert {event.name for event in events[1:-1]} == {"patch"}
    assert events[0].content["pipeline"] == name
    assert all("pipeline" not in event.content for event in events[1:-1])
    assert patched({}, events[:-1])["status"] == "stopped"
    revisions = [event.data["revision"] for event in events[:-1]]
    assert revisions == list(range(revisions[0], revisions[0] + len(revisions)))


@pytest.mark.covers("GET /api/v1/watch/topics/{name}")
def test_a_job_that_has_ended(rest: Rest, fresh: Fresh) -> None:
    job = rest.run(pipeline(fresh("ended"), "echo"))
    rest.ended(job)
    with watching_one(rest, "job", {"filter[id]": job}) as stream:
        events = list(stream)
    assert [event.name for event in events] == ["snapshot", "gone"]
    assert events[0].content["status"] == "completed"
    assert events[0].content["nodes"]["Only"]["states"] == {"succeed": 1}


@pytest.mark.covers("GET /api/v1/watch/topics/{name}")
def test_going_on_after_a_break(rest: Rest, fresh: Fresh) -> None:
    """With its last cursor a reader gets what it missed as a patch, whichever way it says the cursor."""
    job = held(rest, fresh("broken"))
    with watching_one(rest, "job", {"filter[id]": job}) as stream:
        first = next(stream)
    stop(rest, job)
    rest.ended(job)
    with watching_one(rest, "job", {"filter[id]": job}, {"Last-Event-ID": first.id}) as stream:
        missed = list(stream)
    assert "snapshot" not in [event.name for event in missed]
    assert patched(first.content, missed[:-1])["status"] == "stopped"
    with watching_one(rest, "job", {"filter[id]": job, "cursor": missed[-1].id}) as stream:
        assert [event.name for event in stream] == ["gone"]


@pytest.mark.covers("GET /api/v1/watch/topics/{name}")
def test_a_cursor_that_is_not_known_any_more(rest: Rest, fresh: Fresh) -> None:
    """Of another server, or too old: a gap, from which nothing goes on, and then everything."""
    job = held(rest, fresh("gap"))
    with watching_one(rest, "job", {"filter[id]": job, "cursor": "elsewhr.12"}) as stream:
        gap, snapshot = next(stream), next(stream)
    assert (gap.name, gap.id) == ("gap", "")
    assert (snapshot.name, snapshot.content["jobId"]) == ("snapshot", job)
    stop(rest, job)


# Topics


@pytest.mark.covers("POST /api/v1/watch")
def test_counters(rest: Rest, fresh: Fresh) -> None:
    """Badges: jobs by state, tasks, workers, health."""
    with watching(rest, {"name": "counters"}) as stream:
        events = [next(stream)]
        document = events[0].content
        assert {"jobs", "tasks", "queues", "builds", "workers", "health"} <= set(document)
        before = document["jobs"].get("active", 0)
        job = held(rest, fresh("counted"))
        while patched({}, events)["jobs"].get("active", 0) <= before or not patched({}, events)["queues"].get("hold"):
            events.append(next(stream))
        stop(rest, job)
        while patched({}, events)["jobs"].get("active", 0) > before:
            events.append(next(stream))


@pytest.mark.covers("POST /api/v1/watch")
def test_rows_of_jobs_and_new_matches(rest: Rest, fresh: Fresh) -> None:
    """Only the rows of the ids that are visible; jobs of the filter's pipeline that come later are counted."""
    name, other = fresh("listed"), fresh("other")
    seen = held(rest, name)
    topic = {"name": "jobs", "filter": {"ids": [seen, "nosuchjob"], "query": {"pipelineName": name}}}
    with watching(rest, topic) as stream:
        events = [next(stream)]
        assert set(events[0].content["rows"]) == {seen}
        assert events[0].content["newMatches"] == 0
        rest.ended(rest.run(pipeline(other, "echo")))
        rest.ended(rest.run(pipeline(name, "echo")))
        while patched({}, events)["newMatches"] < 1:
            events.append(next(stream))
        stop(rest, seen)
        while patched({}, events)["rows"][seen]["status"] != "stopped":
            events.append(next(stream))
    assert set(patched({}, events)["rows"]) == {seen}
    assert patched({}, events)["newMatches"] == 1


@pytest.mark.covers("POST /api/v1/watch")
def test_new_matches_of_a_pause(rest: Rest, fresh: Fresh) -> None:
    """Jobs that come while a reader is away are counted when it comes back."""
    name = fresh("away")
    topic: dict[str, Any] = {"name": "jobs", "filter": {"query": {"pipelineName": name}}}
    with watching(rest, topic) as stream:
        first = next(stream)
    for _ in range(2):
        rest.ended(rest.run(pipeline(name, "echo")))
    with watching(rest, {**topic, "cursor": first.id}) as stream:
        assert next(stream).content == {"newMatches": 2}


@pytest.mark.covers("POST /api/v1/watch")
def test_why_a_job_waits(rest: Rest, fresh: Fresh) -> None:
    job = held(rest, fresh("why"))
    with watching(rest, {"name": "job.explain", "filter": {"id": job}}) as stream:
        events = [next(stream)]
        while "running" not in patched({}, events)["sentence"]:
            events.append(next(stream))
        stop(rest, job)
        events += stream
    assert events[-1].name == "gone"
    assert patched({}, events[:-1])["status"] == "stopped"
    assert patched({}, events[:-1])["reasons"][0]["code"] == "ended"


@pytest.mark.covers("POST /api/v1/watch")
def test_tasks_of_a_job(rest: Rest, fresh: Fresh) -> None:
    """The rows of the window alone, while counts are of all; each row by its task, and the end of the job ends the topic."""
    spec = pipeline(fresh("tasks"), "hold")
    spec["nodes"][0]["input"] = ["#[1,2,3]"]
    job = rest.run(spec)
    topic = {"name": "job.tasks", "filter": {"id": job, "node": "Only", "window": {"first": 2, "size": 2}}}
    with watching(rest, topic) as stream:
        events = [next(stream)]
        while sum(patched({}, events)["states"].values()) < 3:
            events.append(next(stream))
        stop(rest, job)
        events += stream
    assert events[-1].name == "gone"
    last = patched({}, events[:-1])
    assert (last["states"], last["total"]) == ({"stopped": 3}, 3)
    assert last["ids"] == list(last["rows"])
    assert [last["rows"][task]["batchIndex"] for task in last["ids"]] == [2, 3]
    assert {row["status"] for row in last["rows"].values()} == {"stopped"}


@pytest.mark.covers("POST /api/v1/watch")
def test_the_queue(rest: Rest, fresh: Fresh) -> None:
    """Jobs behind the limit of their pipeline appear with their places, move when somebody prefers one, and leave."""
    name = fresh("queued")
    spec = {**pipeline(name, "hold"), "options": {"concurrentPipelines": {"amount": 1, "rejectOnFailure": False}}}
    with watching(rest, {"name": "queue", "filter": {"window": {"size": 500}}}) as stream:
        events = [next(stream)]
        first, second, third = (rest.run(spec) for _ in range(3))

        def places() -> dict[str, int]:
            return {job: row["position"] for job, row in patched({}, events)["rows"].items() if job in (second, third)}

        while set(places()) != {second, third}:
            events.append(next(stream))
        assert places()[second] < places()[third]
        assert rest.post("queue/preferred", {"jobs": [third], "position": "first"}).status_code < 300
        while places().get(third) != 1:
            events.append(next(stream))
        assert patched({}, events)["preferred"] == 1
        for job in (second, third, first):
            stop(rest, job)
        while places():
            events.append(next(stream))


@pytest.mark.covers("POST /api/v1/watch")
def test_builds_and_catalog(rest: Rest, fresh: Fresh) -> None:
    """A new algorithm: its build from beginning to end, and its name when it is stored and when it is gone."""
    name = fresh("built")
    with watching(rest, {"name": "builds", "filter": {"algorithm": name}}, {"name": "catalog"}) as stream:
        events: dict[str, list[Event]] = {"builds": [], "catalog": []}

        def read() -> None:
            event = next(stream)
            events[event.data["topic"]].append(event)

        while not all(events.values()):
            read()
        assert patched({}, events["builds"]) == {"rows": {}}
        build = rest.apply_code(name, "def start(args):\n    return 1\n")
        while patched({}, events["builds"])["rows"].get(build, {}).get("status") != "completed":
            read()
        with watching(rest, {"name": "builds"}) as all_builds:
            assert next(all_builds).content["rows"][build]["algorithmName"] == name
        while name not in patched({}, events["catalog"])["algorithms"]:
            read()
        assert rest.delete(f"store/algorithms/{name}?force=true&keepOldVersions=false").status_code == 200
        while name in patched({}, events["catalog"])["algorithms"]:
            read()


@pytest.mark.covers("POST /api/v1/watch")
def test_workers_and_system(rest: Rest, fresh: Fresh) -> None:
    job = held(rest, fresh("worked"))
    with watching(rest, {"name": "workers", "filter": {"algorithm": "hold"}}, {"name": "system"}) as stream:
        rows: list[Event] = []
        system: Event | None = None
        while system is None or "busy" not in [row["status"] for row in patched({}, rows)["rows"].values()]:
            event = next(stream)
            if event.data["topic"] == "workers":
                rows.append(event)
            else:
                system = system or event
    assert {row["algorithmName"] for row in patched({}, rows)["rows"].values()} == {"hold"}
    assert system.content["roles"]["driver"] == {"status": "running"}
    assert system.content["watching"]["topics"] >= 1
    stop(rest, job)


@pytest.mark.covers("POST /api/v1/watch")
def test_lines_of_a_job(rest: Rest, fresh: Fresh) -> None:
    """Lines as they are written, by filter; from a cursor only those behind it; `gone` when the job has ended."""
    name = fresh("talks")
    rest.apply_code(
        name, "def start(args):\n    for i in range(3):\n        print('line', i, flush=True)\n    return 1\n"
    )
    job = rest.run(pipeline(name, name))
    topic = {"name": "logs", "filter": {"job": job, "source": "stdout", "q": "line"}}
    with watching(rest, topic) as stream:
        events = list(stream)
    assert [event.name for event in events] == ["snapshot", *["patch"] * (len(events) - 2), "gone"]
    lines = [line["message"] for event in events[:-1] for line in event.content["lines"]]
    assert lines == ["line 0", "line 1", "line 2"]
    with watching(rest, {**topic, "cursor": events[-2].id}) as stream:
        assert [line for event in stream if event.name == "patch" for line in event.content["lines"]] == []


@pytest.mark.covers("POST /api/v1/watch")
def test_lines_of_a_build(rest: Rest, fresh: Fresh) -> None:
    build = rest.apply_code(fresh("loud"), "def start(args):\n    return 1\n")
    topic = {"name": "logs", "filter": {"build": build}}
    with watching(rest, topic) as stream:
        events = list(stream)
    lines = [line["message"] for event in events[:-1] for line in event.content["lines"]]
    assert lines
    assert events[-1].name == "gone"
    with watching(rest, {**topic, "cursor": "1"}) as stream:
        assert [
            line["message"] for event in stream if event.name == "patch" for line in event.content["lines"]
        ] == lines[1:]


# Several topics, and what is wrong


@pytest.mark.covers("POST /api/v1/watch")
def test_several_topics_on_one_connection(rest: Rest, fresh: Fresh) -> None:
    """Two jobs and a mistake: each topic by its place; the mistake ends its topic alone; the stream ends with the last."""
    first, second = held(rest, fresh("one")), held(rest, fresh("two"))
    topics = [{"name": "job", "filter": {"id": first}}, {"name": "nonsense"}, {"name": "job", "filter": {"id": second}}]
    with watching(rest, *topics) as stream:
        events = [next(stream), next(stream), next(stream)]
        assert {(event.data["place"], event.name) for event in events} == {
            (0, "snapshot"),
            (1, "error"),
            (2, "snapshot"),
        }
        stop(rest, first)
        while (event := next(stream)).name != "gone":
            events.append(event)
        assert event.data["place"] == 0
        stop(rest, second)
        events += stream
    wrong = next(event for event in events if event.name == "error")
    assert wrong.data["error"]["reason"] == "UNKNOWN_TOPIC"
    assert wrong.data["error"]["message"].startswith("there is no topic nonsense; there are builds, catalog,")
    assert wrong.id == ""
    assert [event.data["place"] for event in events if event.name == "gone"] == [2]


@pytest.mark.parametrize(
    ("name", "wanted", "status", "message"),
    [
        ("job", {}, 400, "topic job needs the filter id"),
        ("job", {"id": "nosuchjob"}, 404, "job nosuchjob Not Found"),
        ("job.explain", {"id": "nosuchjob"}, 404, "job nosuchjob Not Found"),
        ("job", {"id": "a", "node": "b"}, 400, "topic job has no filter node; it takes id"),
        ("counters", {"bogus": 1}, 400, "topic counters has no filter bogus; it takes none"),
        ("logs", {}, 400, "topic logs needs the filter job or build"),
        ("logs", {"job": "nosuchjob"}, 404, "job nosuchjob Not Found"),
        ("logs", {"build": "nosuchbuild"}, 404, "build nosuchbuild Not Found"),
        ("logs", {"build": "b", "node": "n"}, 400, "the log of a build has no filter node"),
        (
            "logs",
            {"job": "j", "level": "loud"},
            400,
            "data.topics[0].filter.level should be equal to one of the allowed",
        ),
        ("jobs", {"query": {"datesRange": {"from": "whenever"}}}, 400, "data.query.datesRange.from should match"),
        ("job.tasks", {"id": "nosuchjob"}, 404, "job nosuchjob Not Found"),
        (
            "job.tasks",
            {"id": "nosuchjob", "status": ["lost"]},
            400,
            "data.topics[0].filter.status[0] should be equal to",
        ),
        ("queue", {"window": {"first": 1, "size": 501}}, 400, "data.topics[0].filter.window.size should be <= 500"),
        ("", {}, 400, "data.topics[0].name should NOT be shorter than 1 characters"),
    ],
)
@pytest.mark.covers("POST /api/v1/watch")
def test_one_topic_that_is_wrong(rest: Rest, name: str, wanted: Mapping[str, Any], status: int, message: str) -> None:
    """The only topic: the call itself fails, with a plain HTTP error."""
    code, said = error(rest.post("watch", {"topics": [{"name": name, "filter": wanted}]}))
    assert (code, said[: len(message)]) == (status, message)


@pytest.mark.covers("POST /api/v1/watch", "GET /api/v1/watch/topics/{name}")
def test_requests_that_break_a_rule(rest: Rest) -> None:
    assert error(rest.post("watch", {"topics": []}))[0] == 400
    code, said = error(rest.post("watch", {"topics": [{"name": "counters"}] * 51}))
    assert (code, said) == (400, "data.topics should NOT have more than 50 items")
    assert error(rest.get("watch/topics/nonsense"))[0] == 400
    assert error(rest.get("watch/topics/counters?cursor=" + "x" * 129))[0] == 400


def test_older_streams_stay(rest: Rest, fresh: Fresh) -> None:
    """`watch/topics/job` and `watch/job/<id>` do not meet."""
    job = rest.run(pipeline(fresh("old"), "echo"))
    assert rest.ended(job)["status"] == "completed"
