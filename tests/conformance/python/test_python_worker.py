"""The Python worker passes the checks of the worker contract."""

from checks.data import DataChecks
from checks.failing import FailingChecks
from checks.loading import LoadingChecks
from checks.printing import LoggingChecks
from checks.sessions import SessionChecks
from checks.stopping import StoppingChecks


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
