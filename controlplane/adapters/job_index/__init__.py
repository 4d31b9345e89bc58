"""The index of jobs in a SQLite file of its own. What is in it is a copy; it may be deleted at any time."""

from controlplane.adapters.job_index.index import SqliteJobIndex

__all__ = ["SqliteJobIndex"]
