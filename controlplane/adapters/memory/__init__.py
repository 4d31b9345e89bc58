"""Storage in memory: a product for tests and simulation, deterministic, without threads and without durability."""

from controlplane.adapters.memory.object_store import MemoryObjectStore
from controlplane.adapters.memory.state_store import MemoryStateStore

__all__ = ["MemoryObjectStore", "MemoryStateStore"]
