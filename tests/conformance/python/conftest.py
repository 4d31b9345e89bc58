"""How the Python worker is started."""

from __future__ import annotations

import sys

import pytest

from tests.conformance.harness import Language


@pytest.fixture
def worker_language() -> Language:
    """The worker in the environment of the tests; user code runs in the same environment."""
    return Language("python", (sys.executable, "-m", "distributedkube.worker.agent"), ".py")
