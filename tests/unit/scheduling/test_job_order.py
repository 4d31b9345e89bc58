"""The order of waiting jobs: by score, groups that wait together, and the same as scoring them all again each time."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.scheduling.job_order import JobOrderSettings, JobQueue, job_score

SETTINGS = JobOrderSettings()
NOW = 1_700_000_000.0
MINUTE = 60.0


def yes(_: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("priority", "minutes", "total"),
    [(5, 0, 0.5), (5, 12, 0.6), (5, 60, 1.0), (3, 0, 0.3), (3, 30, 0.55), (1, 120, 1.1), (4, 12, 0.5)],
)
def test_score(priority: int, minutes: float, total: float) -> None:
    """A step of priority equals twelve minutes of waiting; the parts add up to the total."""
    score = job_score(priority, NOW - minutes * MINUTE, NOW, SETTINGS)
    assert score.total == pytest.approx(total)
    assert sum(score.parts.values()) == score.total
    assert set(score.parts) == {"priority", "waiting"}


def test_priority_and_waiting() -> None:
    """A job of priority 4 passes one of priority 3 that came up to twelve minutes earlier, and no older one."""
    queue = JobQueue(SETTINGS)
    queue.push("older", 3, NOW - 13 * MINUTE)
    queue.push("younger", 3, NOW - 11 * MINUTE)
    queue.push("urgent", 4, NOW)
    assert queue.in_order() == ["older", "urgent", "younger"]
    assert [queue.position(job) for job in ("older", "urgent", "younger", "unknown")] == [1, 2, 3, 0]
    score = queue.score("urgent", NOW + 60 * MINUTE)
    assert score is not None
    assert score.parts == {"priority": pytest.approx(0.4), "waiting": pytest.approx(0.5)}
    assert queue.score("unknown", NOW) is None


def test_direction_of_priorities() -> None:
    """With 1 as the highest priority it starts first."""
    queue = JobQueue(JobOrderSettings(highest_priority=1))
    for priority in (5, 1, 3):
        queue.push(f"p{priority}", priority, NOW)
    assert queue.in_order() == ["p1", "p3", "p5"]


def test_one_question_per_group() -> None:
    """A thousand jobs that wait for one limit are asked about once, and the best of the others starts."""
    queue = JobQueue(SETTINGS)
    for i in range(1000):
        queue.push(f"limited{i}", 5, NOW + i, group="limit")
    queue.push("free", 1, NOW)
    asked: list[str] = []

    def only_free(job_id: str) -> bool:
        asked.append(job_id)
        return job_id == "free"

    assert queue.pop_first(only_free) == "free"
    assert asked == ["limited0", "free"]
    assert queue.pop_first(lambda _: False) is None
    assert queue.pop_first(yes) == "limited0"
    assert queue.position("limited1") == 1


def test_the_best_of_a_group_is_asked_about() -> None:
    """Also when it came after others of its group, and when those before it were taken out."""
    queue = JobQueue(SETTINGS)
    queue.push("low", 1, NOW, group="limit")
    queue.push("high", 5, NOW, group="limit")
    queue.push("middle", 3, NOW, group="limit")
    assert queue.pop_first(yes) == "high"
    assert queue.remove("middle")
    assert queue.pop_first(yes) == "low"
    assert queue.pop_first(yes) is None


def test_equal_scores_go_by_arrival() -> None:
    """Twelve minutes of waiting equal one step of priority exactly: who was pushed first is first."""
    for minutes in range(0, 600, 7):
        queue = JobQueue(SETTINGS)
        queue.push("first", 4, NOW + (minutes + 12) * MINUTE)
        queue.push("second", 3, NOW + minutes * MINUTE)
        assert queue.in_order() == ["first", "second"]


def test_a_job_stands_for_itself_without_a_group() -> None:
    """Jobs that were given no group do not hold each other up, also not those whose id is the name of a group."""
    queue = JobQueue(SETTINGS)
    queue.push("a", 5, NOW)
    queue.push("b", 4, NOW)
    queue.push("member", 3, NOW, group="a")
    assert queue.pop_first(lambda job: job != "a") == "b"
    assert queue.pop_first(lambda job: job != "a") == "member"


def test_ranked_jobs_are_first() -> None:
    """By their ranks, whatever their scores say; without its rank a job is back where it was, also among its equals."""
    queue = JobQueue(SETTINGS)
    for job in ("a", "b", "c", "d"):
        queue.push(job, 3, NOW)
    queue.rank("d", 2)
    queue.rank("b", 1)
    queue.rank("nobody", 0)
    assert (queue.in_order(), queue.ranked) == (["b", "d", "a", "c"], 2)
    assert [queue.position("d"), queue.at(0)] == [2, "b"]
    queue.rank("b", None)
    assert (queue.in_order(), queue.ranked) == (["d", "a", "b", "c"], 1)
    queue.push("e", 1, NOW, rank=0)
    assert queue.pop_first(yes) == "e"


def test_pushing_again_changes_a_job() -> None:
    """A job is there once, with what was said of it last."""
    queue = JobQueue(SETTINGS)
    queue.push("a", 1, NOW)
    queue.push("b", 3, NOW)
    queue.push("a", 5, NOW)
    assert queue.in_order() == ["a", "b"]
    assert len(queue) == 2
    assert queue.remove("a")
    assert not queue.remove("a")
    assert "a" not in queue


jobs = st.tuples(st.integers(0, 30), st.integers(1, 5), st.integers(0, 10_000), st.sampled_from([None, "g", "h"]))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("push"), jobs),
        st.tuples(st.just("remove"), st.integers(0, 30)),
        st.tuples(st.just("pop"), st.frozensets(st.sampled_from(["g", "h"]))),
        st.tuples(st.just("rank"), st.tuples(st.integers(0, 30), st.none() | st.integers(0, 3))),
    ),
    max_size=80,
)


@settings(deadline=None)
@given(steps)
def test_agrees_with_scoring_everything_each_time(plan: list[tuple[str, object]]) -> None:
    """Whatever is pushed, ranked, removed and started: it does the same as sorting all jobs by rank and score of the moment."""
    queue = JobQueue(SETTINGS)
    model: dict[str, tuple[int, float, str | None, int, int | None]] = {}
    for count, (verb, what) in enumerate(plan):
        match verb, what:
            case "push", (int(number), int(priority), int(minute), group):
                assert group is None or isinstance(group, str)
                at = NOW + minute * MINUTE
                queue.push(f"j{number}", priority, at, group=group)
                model[f"j{number}"] = (priority, at, group, count, None)
            case "rank", (int(number), rank):
                assert rank is None or isinstance(rank, int)
                queue.rank(f"j{number}", rank)
                if f"j{number}" in model:
                    model[f"j{number}"] = (*model[f"j{number}"][:4], rank)
            case "remove", int(number):
                assert queue.remove(f"j{number}") == (model.pop(f"j{number}", None) is not None)
            case _, frozenset() as full:
                expected = _best(model, lambda job, full=full: model[job][2] not in full)  # type: ignore[misc]
                assert queue.pop_first(lambda job, full=full: model[job][2] not in full) == expected  # type: ignore[misc]
                if expected is not None:
                    del model[expected]
        assert len(queue) == len(model)
        assert set(queue.in_order()) == set(model)
        for place, job in enumerate(queue.in_order(), 1):
            assert queue.position(job) == place
        assert queue.ranked == sum(rank is not None for *_, rank in model.values())
        assert queue.in_order()[:1] == [job for job in (_best(model, yes),) if job is not None]


def _best(
    model: dict[str, tuple[int, float, str | None, int, int | None]], admissible: Callable[[str], bool]
) -> str | None:
    now = NOW + 10_001 * MINUTE

    def rank(job: str) -> tuple[bool, float, int]:
        priority, at, _, count, given = model[job]
        by_score = -round(job_score(priority, at, now, SETTINGS).total, 9)
        return given is None, by_score if given is None else given, count

    return min((job for job in model if admissible(job)), key=rank, default=None)
