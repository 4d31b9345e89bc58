"""The embedded state store: one SQLite file, one process, the promises of the state store's port."""

from controlplane.adapters.sqlite.store import SqliteStateStore

__all__ = ["SqliteStateStore"]
