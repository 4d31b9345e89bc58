"""Whether a failed attempt is tried again, and whether failed tasks of a batch are tolerated."""

from controlplane.domain.pipeline import Retry, RetryPolicy
from controlplane.domain.values import Failure, FailureCategory

RAISED = frozenset(
    {
        FailureCategory.LOAD,
        FailureCategory.INIT,
        FailureCategory.USER_CODE,
        FailureCategory.INPUT_DECODE,
        FailureCategory.OUTPUT_ENCODE,
    }
)
"""The author's code said no."""

CRASHED = frozenset(
    {
        FailureCategory.CRASH,
        FailureCategory.OUT_OF_MEMORY,
        FailureCategory.LOST,
        FailureCategory.INPUT_FETCH,
        FailureCategory.OUTPUT_STORE,
    }
)
"""The attempt came to no end by itself."""


def tries_again(retry: Retry, failure: Failure, attempt: int) -> bool:
    """Whether attempt number ``attempt`` (from 1) is followed by another: at most ``limit + 1`` in all."""
    if attempt > retry.limit or failure.retryable is False:
        return False
    if failure.retryable:
        return retry.policy is not RetryPolicy.NEVER
    match retry.policy:
        case RetryPolicy.NEVER:
            return False
        case RetryPolicy.ALWAYS:
            return failure.category in RAISED | CRASHED
        case RetryPolicy.ON_ERROR:
            return failure.category in RAISED
        case RetryPolicy.ON_CRASH:
            return failure.category in CRASHED


def failed_percent(failed: int, total: int) -> int:
    """Share of failed tasks, rounded half up to a whole percent."""
    return (200 * failed + total) // (2 * total)


def tolerated(failed: int, total: int, tolerance_percent: int) -> bool:
    """Whether a batch with so many failed tasks may go on."""
    return failed_percent(failed, total) < tolerance_percent


def delay_seconds(retry: Retry, attempt: int) -> float:
    """How long attempt number ``attempt`` (from 2) waits after the failure before it."""
    if not retry.backoff_seconds:
        return 0.0
    return min(retry.backoff_seconds * 2.0 ** min(attempt - 2, 63), retry.max_backoff_seconds)


def always_fails_job(failure: Failure) -> bool:
    """Whether no tolerance helps: every task of the node would fail like this."""
    return failure.category is FailureCategory.IMAGE
