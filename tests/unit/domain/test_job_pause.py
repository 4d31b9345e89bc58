"""A job that is held: what runs goes on, nothing starts, and it ends only when it was resumed, stopped, or fails."""

import pytest

from controlplane.domain.job_events import (
    CancelReason,
    CancelTasks,
    EndJob,
    HoldTasks,
    JobState,
    Readmit,
    ReleaseTasks,
    ReportProgress,
    RunTasks,
    StartNode,
)
from controlplane.domain.job_view import view_of
from controlplane.domain.node_run import NodeState, TaskState
from controlplane.domain.pipeline import Retry, RetryPolicy
from tests.unit.domain.harness import VALUE, Job, failure, node, ran


def progress(job: Job) -> float | None:
    return view_of(job.machine, job_id="j", submitted_at=0, at=0, running={}).progress


def test_held_before_it_started() -> None:
    """It is not run when its turn comes; resumed, it waits for its turn again and then begins."""
    job = Job(node("a"))
    assert job.pause() == [HoldTasks(), ReportProgress()]
    assert job.start() == []
    assert (job.machine.state, job.machine.active_at, progress(job)) == (JobState.PAUSED, None, None)
    assert job.resume() == [Readmit(), ReportProgress()]
    assert job.machine.state is JobState.RESUMED
    assert job.start() == [ReleaseTasks(), StartNode("a"), RunTasks("a", range(1), 1), ReportProgress()]
    assert job.machine.active_at == 1.0


def test_held_while_it_runs() -> None:
    """Results are taken in the meantime, and what they make runnable is known but held by the queue."""
    job = Job(node("a", "#[1,2]"), node("b", "*@a"))
    job.start()
    job.pause()
    assert ran(job.end("a", (0, VALUE))) == {"b": [0]}
    assert job.unfinished() == {("a", 1, 1), ("b", 0, 1)}
    job.resume()
    assert job.start() == [ReleaseTasks(), ReportProgress()]
    assert job.unfinished() == {("a", 1, 1), ("b", 0, 1)}


def test_attempts_that_fail_while_it_is_held_are_tried_again() -> None:
    """The next attempt waits in the queue like all else."""
    job = Job(node("a", retry=Retry(policy=RetryPolicy.ALWAYS)))
    job.start()
    job.pause()
    assert job.end("a", (0, failure())) == [RunTasks("a", [0], 2), ReportProgress()]


@pytest.mark.parametrize("asked_to_resume", [False, True])
def test_all_tasks_end_while_it_is_held(asked_to_resume: bool) -> None:
    """It completes when it is active again, also when the last task ended while it waited for that."""
    job = Job(node("a"))
    job.start()
    job.pause()
    if asked_to_resume:
        job.resume()
    assert job.end("a", (0, VALUE)) == [ReportProgress()]
    assert job.machine.nodes["a"].state is NodeState.DONE
    assert progress(job) == 100.0
    if not asked_to_resume:
        job.resume()
    assert job.start() == [ReleaseTasks(), EndJob(JobState.COMPLETED)]


def test_a_node_is_skipped_while_the_job_is_held() -> None:
    """Nothing needs to run for that."""
    job = Job(node("a"), node("b", "#@a"), node("c", "#@b"))
    job.start()
    job.pause()
    job.end("a", (0, VALUE._replace(data=None)))
    assert job.machine.nodes["c"].state is NodeState.SKIPPED
    job.resume()
    assert job.start()[-1] == EndJob(JobState.COMPLETED)


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("resumed", [False, True])
def test_stopped_while_it_is_held(started: bool, resumed: bool) -> None:
    """A held job can be stopped, and stays stopped."""
    job = Job(node("a"))
    if started:
        job.start()
    job.pause()
    if resumed:
        job.resume()
    assert job.stop() == [CancelTasks(CancelReason.STOPPED), EndJob(JobState.STOPPED, reason="enough")]
    assert [job.resume(), job.start(), job.pause()] == [[], [], []]
    assert job.machine.state is JobState.STOPPED


def test_a_task_fails_for_good_while_the_job_is_held() -> None:
    """The job fails at once: there is nothing to wait for."""
    job = Job(node("a"), node("b"))
    job.start()
    job.pause()
    commands = job.end("a", (0, failure()))
    assert commands == [CancelTasks(CancelReason.JOB_FAILED), EndJob(JobState.FAILED, error="boom", node="a")]
    assert job.state_of("b") is TaskState.STOPPED


def test_held_again_before_it_was_active_again() -> None:
    """A pause takes back the wish to go on."""
    job = Job(node("a"))
    job.start()
    job.pause()
    job.resume()
    assert job.pause() == [HoldTasks(), ReportProgress()]
    assert job.start() == []
    assert job.machine.state is JobState.PAUSED


def test_wishes_that_change_nothing_command_nothing() -> None:
    """Resuming what is not held, holding what is held, starting what is active."""
    job = Job(node("a"))
    assert job.resume() == []
    job.start()
    assert [job.resume(), job.start()] == [[], []]
    job.pause()
    assert job.pause() == []
    job.resume()
    assert job.resume() == []


def test_a_job_is_active_since_it_first_was() -> None:
    """A pause does not begin the active time anew."""
    job = Job(node("a"))
    job.start()
    job.machine.active_at = 0.25
    job.pause()
    job.resume()
    job.start()
    assert job.machine.active_at == 0.25
