"""What is tried again, when, and which failures of a batch are tolerated."""

from itertools import pairwise

import pytest

from controlplane.domain.job_events import EndJob, JobState, ReportProgress, RunTasks
from controlplane.domain.pipeline import Retry, RetryPolicy
from controlplane.domain.retry import always_fails_job, delay_seconds, failed_percent, tolerated, tries_again
from controlplane.domain.values import NULL, Failure, FailureCategory
from tests.unit.domain.harness import ONCE, VALUE, Job, array, failure, node, ran

NEVER, ALWAYS, ON_ERROR, ON_CRASH = (
    RetryPolicy.NEVER, RetryPolicy.ALWAYS, RetryPolicy.ON_ERROR, RetryPolicy.ON_CRASH
)  # fmt: skip

RETRIED_BY = {
    # The author's code said no.
    FailureCategory.LOAD: {ON_ERROR, ALWAYS},
    FailureCategory.INIT: {ON_ERROR, ALWAYS},
    FailureCategory.USER_CODE: {ON_ERROR, ALWAYS},
    FailureCategory.INPUT_DECODE: {ON_ERROR, ALWAYS},
    FailureCategory.OUTPUT_ENCODE: {ON_ERROR, ALWAYS},
    # The attempt was cut short.
    FailureCategory.CRASH: {ON_CRASH, ALWAYS},
    FailureCategory.OUT_OF_MEMORY: {ON_CRASH, ALWAYS},
    FailureCategory.LOST: {ON_CRASH, ALWAYS},
    FailureCategory.INPUT_FETCH: {ON_CRASH, ALWAYS},
    FailureCategory.OUTPUT_STORE: {ON_CRASH, ALWAYS},
    # Another try would end the same way, or is not wanted.
    FailureCategory.IMAGE: set(),
    FailureCategory.TIMEOUT: set(),
    FailureCategory.CANCELLED: set(),
    FailureCategory.PROTOCOL: set(),
}


def test_the_matrix_is_whole() -> None:
    """Every class of failure has a row."""
    assert set(RETRIED_BY) == set(FailureCategory)


@pytest.mark.parametrize("policy", RetryPolicy)
@pytest.mark.parametrize("category", FailureCategory)
def test_the_policy_and_the_class_of_a_failure_decide(category: FailureCategory, policy: RetryPolicy) -> None:
    """At most limit + 1 attempts, and only of what the policy is for."""
    again = policy in RETRIED_BY[category]
    retry = Retry(policy=policy, limit=2)
    assert [tries_again(retry, failure(category), attempt) for attempt in (1, 2, 3)] == [again, again, False]


@pytest.mark.parametrize("policy", RetryPolicy)
def test_a_failure_may_say_itself_whether_it_helps_to_try_again(policy: RetryPolicy) -> None:
    """Only "never" is stronger than a failure that says it passes; none is stronger than one that says it does not."""
    passing = Failure(category=FailureCategory.USER_CODE, message="m", retryable=True)
    lasting = Failure(category=FailureCategory.CRASH, message="m", retryable=False)
    assert tries_again(Retry(policy=policy), passing, 1) == (policy is not NEVER)
    assert not tries_again(Retry(policy=policy), lasting, 1)


BACKOFF = [
    (0.0, 300.0, [0.0, 0.0, 0.0]),
    (2.0, 300.0, [2.0, 4.0, 8.0, 16.0]),
    (2.0, 5.0, [2.0, 4.0, 5.0, 5.0]),
    (10.0, 1.0, [1.0, 1.0]),
]


@pytest.mark.parametrize(("first", "most", "delays"), BACKOFF)
def test_the_wait_before_a_try_doubles_up_to_the_most(first: float, most: float, delays: list[float]) -> None:
    """The second attempt waits for the first delay, each further one twice as long."""
    retry = Retry(backoff_seconds=first, max_backoff_seconds=most)
    assert [delay_seconds(retry, attempt) for attempt in range(2, 2 + len(delays))] == delays


def test_a_wait_stays_finite_after_very_many_tries() -> None:
    """No overflow for the largest limit that there is."""
    assert delay_seconds(Retry(backoff_seconds=1.0), 10_001) == 300.0


def test_a_task_is_told_how_long_its_next_attempt_waits() -> None:
    """Delays are part of the command; after the last attempt the task fails and with it the job."""
    job = Job(node("a", retry=Retry(policy=ON_ERROR, limit=2, backoff_seconds=2.0)))
    job.start()
    assert job.end("a", (0, failure())) == [RunTasks("a", [0], 2, 2.0), ReportProgress()]
    assert job.unfinished() == {("a", 0, 2)}
    assert job.end("a", (0, failure()), attempt=2) == [RunTasks("a", [0], 3, 4.0), ReportProgress()]
    assert job.end("a", (0, failure()), attempt=3)[-1] == EndJob(JobState.FAILED, error="boom", node="a")


def test_attempts_that_fail_together_go_on_in_groups() -> None:
    """Tasks with different next attempts get a command each."""
    job = Job(node("a", "#[1...3]", retry=Retry(policy=ON_ERROR, limit=3)))
    job.start()
    job.end("a", (1, failure()))
    job.end("a", (1, failure()), attempt=2)
    commands = job.end("a", (0, failure()), (2, failure()))
    assert commands == [RunTasks("a", [0, 2], 2), ReportProgress()]
    assert job.unfinished() == {("a", 0, 2), ("a", 1, 3), ("a", 2, 2)}


@pytest.mark.parametrize("category", FailureCategory)
def test_only_a_missing_image_fails_a_job_whatever_it_tolerates(category: FailureCategory) -> None:
    """One of a hundred tasks is tolerated unless it is the image, which no other task will get either."""
    job = Job(node("a", "#[1...100]", retry=ONCE), tolerance=100)
    job.start()
    job.end("a", (0, failure(category, "no such image")))
    image = category is FailureCategory.IMAGE
    assert always_fails_job(failure(category)) is image
    assert (job.machine.state, job.machine.error, job.machine.failed_node) == (
        (JobState.FAILED, "no such image", "a") if image else (JobState.ACTIVE, "", "")
    )


FORMULA = [
    # failed, total, percent, tolerance, goes on
    (0, 10, 0, 1, True),
    (1, 10, 10, 10, False),
    (1, 10, 10, 11, True),
    (7, 10, 70, 80, True),
    (8, 10, 80, 80, False),
    (1, 200, 1, 1, False),  # half a percent counts as one
    (1, 201, 0, 1, True),
    (198, 200, 99, 100, True),
    (199, 200, 100, 100, False),
    (10, 10, 100, 100, False),
    (1, 1_000_000, 0, 0, False),
]


@pytest.mark.parametrize(("failed", "total", "percent", "tolerance", "goes_on"), FORMULA)
def test_tolerance(failed: int, total: int, percent: int, tolerance: int, goes_on: bool) -> None:
    """The percentage is rounded half up; a batch that reaches the tolerance is not tolerated."""
    assert failed_percent(failed, total) == percent
    assert tolerated(failed, total, tolerance) is goes_on


# Elements one by one


def test_the_first_of_many_elements_may_fail() -> None:
    """A node that gets its tasks one by one is judged by how many it will have, not by how many it has."""
    job = Job(node("a", "#[1...10]"), node("b", "*@a", retry=ONCE), tolerance=20)
    job.start()
    job.end("a", (0, VALUE))
    assert job.end("b", (0, failure())) == [ReportProgress()]
    job.end("a", (1, VALUE), (2, VALUE))
    job.end("b", (1, failure()))
    assert job.machine.error == "2/10 (20%) failed tasks, batch tolerance is 20%, error: boom"
    assert job.machine.failed_node == "b"


def test_the_longest_of_several_batches_counts() -> None:
    """Elements that only one of the parents has run too, so all of them are expected."""
    job = Job(node("a", "#[1,2]"), node("b", "#[1...10]"), node("c", "*@a", "*@b", retry=ONCE), tolerance=11)
    job.start()
    job.end("a", (0, VALUE))
    job.end("b", (0, VALUE))
    assert job.end("c", (0, failure())) == [ReportProgress()]


def test_a_single_task_is_a_batch_of_one() -> None:
    """Its only element failing is all of it."""
    job = Job(node("a"), node("b", "*@a", retry=ONCE))
    job.start()
    job.end("a", (0, VALUE))
    job.end("b", (0, failure()))
    assert job.machine.error == "1/1 (100%) failed tasks, batch tolerance is 80%, error: boom"


def test_elements_that_fan_out_are_judged_when_all_have_come() -> None:
    """How many tasks there will be is unknown until then; the failure that is named is one for good, the latest."""
    retry = Retry(policy=ON_CRASH, limit=1)
    job = Job(node("a", "#[1,2]"), node("b", "*#@a", retry=retry), tolerance=50)
    job.start()
    job.end("a", (0, array("a", 2)))
    assert job.end("b", (0, failure(text="first"))) == [ReportProgress()]
    assert job.end("b", (1, failure(text="second"))) == [ReportProgress()]
    assert ran(job.end("a", (1, array("a", 2)))) == {}  # two of four tasks have failed
    assert job.machine.error == "2/4 (50%) failed tasks, batch tolerance is 50%, error: second"


def test_elements_that_fan_out_may_be_outnumbered_by_the_last_ones() -> None:
    """Two failures of two are forgotten when eight more tasks come; the next one is counted among ten."""
    job = Job(node("a", "#[1,2]"), node("b", "*#@a", retry=ONCE), tolerance=30)
    job.start()
    job.end("a", (0, array("a", 2)))
    job.end("b", (0, failure()), (1, failure()))
    assert ran(job.end("a", (1, array("a", 8)))) == {"b": list(range(2, 10))}
    job.end("b", (2, failure()))
    assert job.machine.error == "3/10 (30%) failed tasks, batch tolerance is 30%, error: boom"


def test_what_an_attempt_said_that_was_tried_again_is_not_why_a_batch_failed() -> None:
    """The sentence about a batch names a task that failed for good."""
    retry = Retry(policy=ON_CRASH, limit=1)
    job = Job(node("a", "#[1,2]"), node("b", "*#@a", retry=retry), tolerance=50)
    job.start()
    job.end("a", (0, array("a", 2)))
    job.end("b", (0, failure(text="for good")))
    job.end("b", (1, failure(FailureCategory.CRASH, text="once")))
    job.end("b", (1, VALUE), attempt=2)
    job.end("a", (1, NULL))
    assert job.machine.error == "1/2 (50%) failed tasks, batch tolerance is 50%, error: for good"


def test_nodes_below_elements_that_fan_out_wait_for_their_count_too() -> None:
    """Whoever takes elements of a node with an unknown number of tasks has an unknown number itself."""
    job = Job(node("a", "#[1,2]"), node("b", "*#@a"), node("c", "*@b", retry=ONCE), tolerance=40)
    job.start()
    job.end("a", (0, array("a", 1)))
    job.end("b", (0, VALUE))
    assert job.end("c", (0, failure())) == [ReportProgress()]
    job.end("a", (1, array("a", 2)))  # b is known to have three tasks, and so is c
    job.end("b", (1, VALUE))
    assert job.machine.state is JobState.ACTIVE
    job.end("c", (1, failure()))
    assert job.machine.error == "2/3 (67%) failed tasks, batch tolerance is 40%, error: boom"


def test_a_lattice_of_elements_is_judged_in_one_pass() -> None:
    """Two nodes per layer, each taking the elements of both above: as many paths as 2 to the number of layers."""
    layers = [("s",)] + [(f"a{i}", f"b{i}") for i in range(60)]
    nodes = [node("s", "#[1,2]")]
    for above, here in pairwise(layers):
        nodes += [node(name, *(f"*@{parent}" for parent in above), retry=ONCE) for name in here]
    job = Job(*nodes)
    job.start()
    for name in (name for layer in layers[:-1] for name in layer):
        job.end(name, (0, VALUE))
    assert job.end("b59", (0, failure())) == [ReportProgress()]
