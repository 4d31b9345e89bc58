"""How the Node worker is started."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conformance.harness import Language

SDK = Path(__file__).parents[3] / "sdk-js"


@pytest.fixture
def worker_language() -> Language:
    """The worker from the source tree; its packages are those of its lock file."""
    node = shutil.which("node")
    if node is None or not (SDK / "node_modules").is_dir():
        pytest.fail("needs node, and `npm ci` in sdk-js: run make setup")
    return Language("nodejs", (node, str(SDK / "bin" / "worker.js")), ".js")
