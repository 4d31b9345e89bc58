"""Fixtures for the checks that every worker has to pass; each language says in its own folder how it is started."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conformance.harness import Language, WorkerFactory


@pytest.fixture
async def workers(worker_language: Language, tmp_path: Path) -> AsyncIterator[WorkerFactory]:
    """Starts workers of the language under test."""
    factory = WorkerFactory(worker_language, tmp_path)
    yield factory
    await factory.close()
