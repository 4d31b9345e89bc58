"""What the ports of time and chance promise, for the adapters that read the real ones."""

import time

import pytest

from controlplane.adapters.system import SystemClock, SystemIds


async def test_the_clock_is_the_machine_s() -> None:
    """Shows that it lies between two readings of the machine's clocks, and that a sleep takes its time at least."""
    clock = SystemClock()
    assert time.time() <= clock.now() <= time.time()
    before = clock.monotonic()
    await clock.sleep(0.01)
    await clock.sleep(-1)
    assert clock.monotonic() - before >= 0.01


@pytest.mark.parametrize("length", [0, 1, 7, 40])
def test_random_text(length: int) -> None:
    """Shows length and alphabet, and that all characters come up in every place."""
    texts = [SystemIds().text(length) for _ in range(2000)]
    assert {len(text) for text in texts} == {length}
    for place in zip(*texts, strict=True):
        assert set(place) == set("0123456789abcdefghijklmnopqrstuvwxyz")


def test_secrets() -> None:
    """Shows their length and that no two are alike."""
    secrets = {SystemIds().secret(16) for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {16}
