"""The Node worker passes the checks of the worker contract.

User code runs in a thread of the worker's process. Two things follow, and the checks for them are replaced here: a signal or a
fault of native code ends the whole worker, which its control plane sees as a lost worker; and only what is printed through
`process.stdout`, `process.stderr` and `console` is known to belong to a task.
"""

from __future__ import annotations

import pytest

from tests.conformance.checks.calls import CallChecks
from tests.conformance.checks.data import DataChecks
from tests.conformance.checks.failing import FailingChecks
from tests.conformance.checks.loading import LoadingChecks
from tests.conformance.checks.printing import STDERR, STDOUT, LoggingChecks
from tests.conformance.checks.sessions import SessionChecks
from tests.conformance.checks.stopping import StoppingChecks
from tests.conformance.checks.values import ValueChecks
from tests.conformance.harness import WorkerFactory


class TestLoading(LoadingChecks):
    """Checks 1 to 5."""


class TestData(DataChecks):
    """Checks 6 and 7."""


class TestFailing(FailingChecks):
    """Checks 8 and 9."""

    @pytest.mark.parametrize(("how", "words", "exit_code", "signal"), [("exit", "exit code 3", 3, None)])
    async def test_process_ends(
        self, workers: WorkerFactory, how: str, words: str, exit_code: int | None, signal: int | None
    ) -> None:
        """What ends the thread alone is a crash of the running task, and no more."""
        await super().test_process_ends(workers, how, words, exit_code, signal)


class TestStopping(StoppingChecks):
    """Checks 10 and 11."""


class TestSessions(SessionChecks):
    """Checks 12, 13, 17 and 18."""


class TestCalls(CallChecks):
    """Check 14."""


class TestValues(ValueChecks):
    """Values of single tasks."""


class TestPrinting(LoggingChecks):
    """Check 19."""

    async def test_lines_of_a_task(self, workers: WorkerFactory) -> None:
        """All that a task prints arrives no later than its result, under its token."""
        gateway = (await workers.start("printing")).gateway
        token = await gateway.run("lines")
        await gateway.result(token)
        assert [(line.stream, line.text) for line in gateway.lines if line.token == token] == [
            (STDOUT, "to stdout"),
            (STDERR, "to stderr"),
            (STDOUT, '{"log": "in json", "stream": "stderr", "key": 1}'),
            (STDOUT, "no newline"),
        ]
        assert all(line.token == token for line in gateway.lines)
        assert all(line.time_us > 1_600_000_000_000_000 for line in gateway.lines)

    async def test_each_line_finds_its_task(self, workers: WorkerFactory) -> None:
        """Tasks that come in one frame and are over at once keep their lines apart."""
        gateway = (await workers.start("printing")).gateway
        await gateway.connected()
        tokens = gateway.assign(gateway.add_context(inputs=["lines"]), 20)
        quiet = gateway.assign(gateway.add_context(inputs=["quiet"]), 20)
        for token in tokens + quiet:
            await gateway.result(token)
        for token in tokens:
            assert len([line for line in gateway.lines if line.token == token]) == 4
        assert len(gateway.lines) == 4 * len(tokens)
