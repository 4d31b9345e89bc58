"""What an index of jobs promises: any combination of filters finds what a look at every job would, in every order, page by
page; and it knows how far it has come, or that it knows nothing."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controlplane.adapters.job_index import SqliteJobIndex
from controlplane.domain.job_events import JobState
from controlplane.domain.job_facts import JobFacts, StateChange
from controlplane.ports.job_index import JobFilter, JobIndex, JobOrder, JobPage, JobRemoved
from controlplane.ports.state_store import Revision

ALL = JobPage(limit=1000)
EVERY = JobFilter()


@pytest.fixture(params=["file", "memory"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[JobIndex]:
    made = SqliteJobIndex(tmp_path / "index.db" if request.param == "file" else None)
    assert await made.open("here") == {}
    yield made
    await made.close()


def facts(number: int, **more: object) -> JobFacts:
    own = {"pipeline": "p", "types": ("raw",), "user": "me", "submitted_at": 1000.0 + number}
    return JobFacts(job_id=f"job{number}", **{**own, **more})  # type: ignore[arg-type]


def change(number: int, state: JobState, at: float) -> StateChange:
    return StateChange(job_id=f"job{number}", state=state, at=at)


async def ids(index: JobIndex, wanted: JobFilter = EVERY, page: JobPage = ALL) -> list[str]:
    return [job.job_id for job in await index.find(wanted, page)]


# Against a look at every job

NAMES = st.sampled_from(["a", "b", "c"])
FACTS = st.builds(
    JobFacts,
    job_id=st.just(""),
    submitted_at=st.sampled_from([1000.0, 1000.0, 1001.5, 2000.25]),
    pipeline=NAMES,
    experiment=NAMES,
    external_id=st.sampled_from(["", "", "a", "x1"]),
    types=st.lists(NAMES, max_size=2, unique=True).map(tuple),
    algorithms=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    tags=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    user=NAMES,
)
FILTERS = st.builds(
    JobFilter,
    experiment=st.just("") | NAMES,
    name=st.just("") | NAMES | st.sampled_from(["job0", "x1", "nobody"]),
    name_prefix=st.sampled_from(["", "", "a", "job", "x", "nobody"]),
    pipeline=st.just("") | NAMES,
    type=st.just("") | NAMES,
    algorithm=st.just("") | NAMES,
    states=st.none() | st.lists(st.sampled_from(JobState), max_size=3).map(tuple),
    tags=st.lists(NAMES, max_size=2).map(tuple),
    user=st.just("") | NAMES,
    external=st.sampled_from([None, None, True, False]),
    started_from=st.sampled_from([None, 0.0, 1000.0, 1001.0]),
    started_before=st.sampled_from([None, 1000.0, 1001.5, 10.0**12]),
)


def matches(wanted: JobFilter, job: JobFacts, state: JobState) -> bool:
    """What a filter says, in plain words."""
    names = {job.job_id, job.pipeline, *([job.external_id] if job.external_id else [])}
    return all(
        (
            wanted.experiment in ("", job.experiment),
            not wanted.name or wanted.name in names,
            not wanted.name_prefix or any(name.startswith(wanted.name_prefix) for name in names),
            wanted.pipeline in ("", job.pipeline),
            not wanted.type or wanted.type in job.types,
            not wanted.algorithm or wanted.algorithm in job.algorithms,
            wanted.states is None or state in wanted.states,
            not wanted.tags or not set(wanted.tags).isdisjoint(job.tags),
            wanted.user in ("", job.user),
            wanted.external is None or wanted.external is bool(job.external_id),
            wanted.started_from is None or job.submitted_at >= wanted.started_from,
            wanted.started_before is None or job.submitted_at < wanted.started_before,
        )
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    jobs=st.lists(st.tuples(FACTS, st.sampled_from(JobState), st.booleans()), max_size=12),
    filters=st.lists(FILTERS, min_size=1, max_size=6),
)
async def test_finds_what_a_look_at_every_job_would(
    index: JobIndex, jobs: list[tuple[JobFacts, JobState, bool]], filters: list[JobFilter]
) -> None:
    await index.clear()
    model: list[tuple[JobFacts, JobState, float]] = []
    for number, (job, state, stays) in enumerate(jobs):
        accepted = JobFacts(**{**{f: getattr(job, f) for f in job.__slots__}, "job_id": f"job{number}"})
        at = job.submitted_at + number % 3
        await index.apply([accepted, change(number, state, at)], {})
        if not state.is_final:  # Told again, it is no change.
            await index.apply([change(number, state, at + 1000.0)], {})
        if stays:
            model.append((accepted, state, at if state is not JobState.PENDING else job.submitted_at))
        else:
            await index.apply([JobRemoved(accepted.job_id)], {})
    submitted = sorted(model, key=lambda row: row[0].submitted_at)
    changed = sorted(submitted, key=lambda row: row[2])
    for wanted in filters:
        for order, rows in (
            (JobOrder.OLDEST, submitted),
            (JobOrder.NEWEST, submitted[::-1]),
            (JobOrder.CHANGED_FIRST, changed),
            (JobOrder.CHANGED_LAST, changed[::-1]),
        ):
            expected = [(job.job_id, job.pipeline, state) for job, state, _ in rows if matches(wanted, job, state)]
            found = await index.find(wanted, JobPage(limit=1000, order=order))
            assert [(job.job_id, job.pipeline, job.state) for job in found] == expected
        assert await index.count(wanted) == len(expected)


async def test_long_lists_are_walked_and_not_sorted(index: JobIndex) -> None:
    """So many jobs that the other ways to the same answer are taken: along all of them, along the rarer word."""
    many = 6000
    await index.apply([facts(i, tags=(f"t{i % 2}",), pipeline=f"p{i % 100}") for i in range(many)], {})
    await index.apply([change(i, JobState.COMPLETED, 9000.0 - i) for i in range(0, many, 3)], {})
    wanted = JobFilter(tags=("t0", "t1"), states=(JobState.COMPLETED, JobState.PENDING))
    assert await index.count(wanted) == many
    assert await ids(index, wanted, JobPage(limit=2)) == ["job5999", "job5998"]
    done = JobFilter(user="me", states=(JobState.COMPLETED,))
    assert await ids(index, done, JobPage(limit=2, order=JobOrder.CHANGED_LAST)) == ["job0", "job3"]
    assert await ids(index, JobFilter(user="me"), JobPage(limit=1, order=JobOrder.CHANGED_FIRST)) == ["job1"]
    assert await ids(index, JobFilter(user="me", pipeline="p7"), JobPage(limit=2)) == ["job5907", "job5807"]


# Pages


@pytest.mark.parametrize("order", [JobOrder.NEWEST, JobOrder.OLDEST])
async def test_pages(index: JobIndex, order: JobOrder) -> None:
    """By place and by number; jobs of one moment have places of their own."""
    await index.apply([facts(i, submitted_at=1000.0 + i // 4) for i in range(10)], {})
    whole = await index.find(JobFilter(), JobPage(limit=100, order=order))
    assert len({job.place for job in whole}) == 10
    assert [job.place for job in whole] == sorted((job.place for job in whole), reverse=order is JobOrder.NEWEST)
    for size in (1, 3, 10):
        walked, after = [], None
        while page := await index.find(JobFilter(user="me"), JobPage(limit=size, order=order, after=after)):
            walked += page
            after = page[-1].place
        assert walked == whole
        pages = [
            await index.find(JobFilter(), JobPage(limit=size, order=order, skip=skip)) for skip in range(0, 10, size)
        ]
        assert [job for page in pages for job in page] == whole


async def test_places_do_not_depend_on_when_they_were_indexed(index: JobIndex) -> None:
    """Made anew in another order, it gives the same places, so that a cursor stays good."""
    jobs = [facts(i) for i in range(5)]
    await index.apply(jobs, {})
    before = await index.find(JobFilter(), ALL)
    await index.clear()
    await index.apply(jobs[::-1], {})
    assert await index.find(JobFilter(), ALL) == before


# Changes


async def test_changes_may_be_repeated(index: JobIndex) -> None:
    changes = [facts(1), change(1, JobState.ACTIVE, 1002), facts(2), JobRemoved("job2"), JobRemoved("job2")]
    for _ in range(2):
        assert await index.apply(changes, {}) == []
    assert await ids(index, JobFilter(states=(JobState.ACTIVE,))) == ["job1"]
    assert await index.count(JobFilter()) == 1


async def test_an_end_is_final(index: JobIndex) -> None:
    """What is told late of a job that has ended says nothing any more; an end that is told better does."""
    late: Sequence[StateChange] = [change(1, JobState.COMPLETED, 1010), change(1, JobState.ACTIVE, 1011)]
    await index.apply([facts(1), *late], {})
    assert (await index.find(JobFilter(), ALL))[0].state is JobState.COMPLETED
    await index.apply([facts(2), change(2, JobState.COMPLETED, 1005), change(1, JobState.COMPLETED, 1001)], {})
    assert await ids(index, JobFilter(), JobPage(limit=5, order=JobOrder.CHANGED_FIRST)) == ["job1", "job2"]


async def test_states_of_unknown_jobs_are_named(index: JobIndex) -> None:
    assert await index.apply([change(7, JobState.ACTIVE, 1), facts(7), change(8, JobState.FAILED, 1)], {}) == [
        "job7",
        "job8",
    ]
    assert (await index.find(JobFilter(), ALL))[0].state is JobState.PENDING


async def test_odd_words(index: JobIndex) -> None:
    """Words are never taken for anything else, and a name of one kind is none of another."""
    odd = ["'; --", "a:b", "%", "_", "\U0001f600", "n:x", ""]
    await index.apply([facts(i, tags=(word,), user=word) for i, word in enumerate(odd)], {})
    for i, word in enumerate(odd):
        assert await ids(index, JobFilter(tags=(word,))) == [f"job{i}"]
    assert await ids(index, JobFilter(name="'; --")) == []
    assert await ids(index, JobFilter(name_prefix="%")) == []


async def test_times_far_away(index: JobIndex) -> None:
    await index.apply([facts(1, submitted_at=0.0), facts(2, submitted_at=8_000_000_000.0)], {})
    assert await ids(index, JobFilter(started_from=0.0, started_before=10.0**18)) == ["job2", "job1"]
    assert await ids(index, JobFilter(started_from=10.0**18)) == []


# How far it has come


async def test_it_knows_how_far_it_has_come(tmp_path: Path) -> None:
    """Over a restart, for the same store only; together with the changes or not at all."""
    path = tmp_path / "index.db"
    index = SqliteJobIndex(path)
    await index.open("here")
    await index.apply([facts(1)], {"job/": Revision(7)})
    await index.apply([], {"end/": Revision(9)})
    with pytest.raises(AttributeError):
        await index.apply([facts(2), change(2, "no state", 0)], {"job/": Revision(8)})  # type: ignore[arg-type]
    await index.close()

    index = SqliteJobIndex(path)
    assert await index.open("here") == {"job/": 7, "end/": 9}
    assert await ids(index) == ["job1"]
    await index.apply([facts(3)], {})
    await index.close()

    index = SqliteJobIndex(path)
    assert await index.open("elsewhere") == {}
    assert await ids(index) == []
    await index.apply([facts(4)], {"job/": Revision(1)})
    await index.clear()
    await index.close()

    index = SqliteJobIndex(path)
    assert await index.open("elsewhere") == {}
    await index.close()


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be one" * 50, None])
async def test_a_file_that_cannot_be_used_is_made_anew(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "index.db"
    index = SqliteJobIndex(path)
    await index.open("here")
    await index.apply([facts(1)], {"job/": Revision(7)})
    await index.close()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    index = SqliteJobIndex(path)
    assert await index.open("here") == {}
    await index.apply([facts(2)], {"job/": Revision(1)})
    assert await ids(index) == ["job2"]
    await index.close()
