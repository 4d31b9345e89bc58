"""The rate limit by a clock that the test turns: bursts, the steady pace, and callers that do not get in each other's way."""

from controlplane.gateway.rate_limit import MAX_CALLERS, RateLimiter, RateLimitSettings


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_and_then_the_pace() -> None:
    """Five at once, then one every fifth of a second; what is refused costs nothing."""
    clock = Clock()
    limiter = RateLimiter(RateLimitSettings(requests=5, seconds=1.0), clock)
    assert [limiter.wait_seconds("a") for _ in range(5)] == [0.0] * 5
    assert 0.19 < limiter.wait_seconds("a") <= 0.2
    assert limiter.wait_seconds("b") == 0.0
    clock.now += 0.25
    assert limiter.wait_seconds("a") == 0.0
    assert limiter.wait_seconds("a") > 0.1
    clock.now += 3600
    assert [limiter.wait_seconds("a") > 0 for _ in range(6)] == [False] * 5 + [True]


def test_memory_is_bounded() -> None:
    """However many addresses call, and however often; the one that was not seen for longest is forgotten first."""
    limiter = RateLimiter(RateLimitSettings(requests=1), Clock())
    assert limiter.wait_seconds("first") == 0.0
    for number in range(MAX_CALLERS - 1):
        limiter.wait_seconds(str(number))
    assert limiter.wait_seconds("first") > 0
    for number in range(MAX_CALLERS):
        limiter.wait_seconds(f"more-{number}")
    assert len(limiter._buckets) == MAX_CALLERS
    assert limiter.wait_seconds("first") == 0.0
