"""The Python worker passes the checks of the worker contract."""

from tests.conformance.checks.calls import CallChecks
from tests.conformance.checks.data import DataChecks
from tests.conformance.checks.failing import FailingChecks
from tests.conformance.checks.loading import LoadingChecks
from tests.conformance.checks.printing import LoggingChecks
from tests.conformance.checks.sessions import SessionChecks
from tests.conformance.checks.stopping import StoppingChecks
from tests.conformance.checks.values import ValueChecks


class TestLoading(LoadingChecks):
    """Checks 1 to 5."""


class TestData(DataChecks):
    """Checks 6 and 7."""


class TestFailing(FailingChecks):
    """Checks 8 and 9."""


class TestStopping(StoppingChecks):
    """Checks 10 and 11."""


class TestSessions(SessionChecks):
    """Checks 12, 13, 17 and 18."""


class TestPrinting(LoggingChecks):
    """Check 19."""


class TestCalls(CallChecks):
    """Check 14."""


class TestValues(ValueChecks):
    """Values of single tasks."""
