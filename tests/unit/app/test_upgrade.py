"""A store of an older server is brought up to date: its algorithms and builds are listed, and can be gone back to."""

import msgpack

from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.system import SystemClock
from controlplane.app.upgrade import upgrade
from controlplane.domain.catalog_records import (
    ALGORITHM_ORDER,
    BUILD_TIMES,
    algorithm_key,
    build_key,
    unpack_algorithm,
    unpack_build,
)
from controlplane.domain.versions import Versioned
from controlplane.ports.state_store import Put, Transaction
from controlplane.ports.versions import find_version

SOURCE = ["zip", "sha", 5, "source/sha.zip"]
OLD_ALGORITHM = {
    "name": "old", "document": b"", "type": "Code", "env": "python", "image": "", "entry_point": "", "cpu_milli": 100,
    "memory_mib": 256, "min_hot_workers": 0, "max_workers": 0, "environment": {}, "version": "abc", "runtime": "env:python:/x",
    "runtime_entry_point": "main.py", "build_id": "old-1", "source": SOURCE, "inputs": ["sha", "python", "", "", "", ""],
    "created_at": 5.0, "modified_at": 6.0, "audit": [["me", 5.0, "abc"]],
}  # fmt: skip
OLD_BUILD = {
    "build_id": "old-1", "algorithm": "old", "image_tag": "t", "env": "python", "type": "Code", "entry_point": "",
    "base_image": "", "dependency_install_cmd": "", "source": SOURCE, "state": "completed", "progress": 100, "error": "",
    "started_at": 5.0, "ended_at": 6.0, "version": "abc", "runtime": "env:python:/x", "log_parts": 0,
}  # fmt: skip


async def test_old_records() -> None:
    store = MemoryStateStore(SystemClock())
    puts = [
        Put(algorithm_key("old"), msgpack.packb(OLD_ALGORITHM)),
        Put(algorithm_key("new"), msgpack.packb({**OLD_ALGORITHM, "name": "new", "version": "", "runtime": ""})),
        Put(build_key("old-1"), msgpack.packb(OLD_BUILD)),
    ]
    await store.commit(Transaction(puts))
    await upgrade(store)
    names = [entry.key.rpartition("/")[2] for entry in (await store.range(ALGORITHM_ORDER)).entries]
    assert sorted(names) == ["new", "old"]
    (build,) = (await store.range(BUILD_TIMES)).entries
    assert build.key.endswith("/old-1")
    found = await find_version(store, Versioned.ALGORITHM, "abc")
    assert (found.record.semver, found.record.build_id, found.record.created_at) == ("1.0.0", "old-1", 6.0)
    assert unpack_algorithm(found.record.snapshot).runtime == "env:python:/x"
    entry = await store.get(build_key("old-1"))
    assert entry is not None
    assert unpack_build(entry.value).runs == 1
    before = (await store.range("")).revision
    await upgrade(store)
    assert (await store.range("")).revision == before
    await store.close()
