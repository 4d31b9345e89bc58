"""Reads and makes versions of stored algorithms and pipelines; the keys and records are those of ``domain.versions``.

A new version is a set of writes and compares that go into the transaction which makes its cause durable: so there is no
change without its version, and two changes at the same time cannot both be the next version.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controlplane.domain.errors import NotFoundError
from controlplane.domain.versions import (
    Versioned,
    VersionRecord,
    next_version,
    pack_version,
    unpack_version,
    version_id_key,
    version_key,
    versions_prefix,
)
from controlplane.ports.state_store import (
    MAX_OPERATIONS,
    Compare,
    Delete,
    Entry,
    Page,
    Put,
    Revision,
    StateStore,
    Transaction,
    Write,
    scan,
)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that is about to be made."""

    record: VersionRecord
    writes: Sequence[Write]
    compares: Sequence[Compare]
    """Fail when somebody else makes a version of the same name meanwhile: prepare again then."""


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """A version and the entry that holds it."""

    record: VersionRecord
    entry: Entry

    @property
    def unchanged(self) -> Compare:
        """Holds as long as the version is as it was found."""
        return Compare(self.entry.key, self.entry.mod_revision)


async def newest_version(store: StateStore, kind: Versioned, name: str) -> VersionRecord | None:
    page = await store.range(versions_prefix(kind, name), limit=1, reverse=True)
    return unpack_version(page.entries[0].value) if page.entries else None


async def prepare_version(
    store: StateStore,
    kind: Versioned,
    *,
    name: str,
    version: str,
    snapshot: bytes,
    created_at: float,
    created_by: str = "",
    build_id: str = "",
) -> NewVersion:
    """The next version of ``name``; nothing is stored yet. ``version`` is its id, which nobody used before."""
    record = next_version(
        await newest_version(store, kind, name),
        name=name,
        version=version,
        snapshot=snapshot,
        created_at=created_at,
        created_by=created_by,
        build_id=build_id,
    )
    key = version_key(kind, name, record.number)
    writes = (Put(key, pack_version(record)), Put(version_id_key(kind, version), key.encode()))
    return NewVersion(record, writes, (Compare(key, Revision(0)),))


async def find_version(store: StateStore, kind: Versioned, version: str) -> FoundVersion:
    """The version of that id, whatever its name. Raises ``NotFoundError``."""
    pointer = await store.get(version_id_key(kind, version))
    entry = await store.get(pointer.value.decode()) if pointer is not None else None
    if entry is None:
        raise NotFoundError("version", version)
    return FoundVersion(unpack_version(entry.value), entry)


async def versions_page(store: StateStore, kind: Versioned, name: str, *, before: str = "", limit: int) -> Page:
    """Entries of the versions of a name, newest first; ``before`` is the key of the last one seen."""
    return await store.range(versions_prefix(kind, name), after=before, limit=limit, reverse=True)


def replace_version(found: FoundVersion, record: VersionRecord) -> Transaction:
    """Puts a changed record in the place of the one that was found."""
    put = Put(found.entry.key, pack_version(record))
    return Transaction([put], [found.unchanged])


async def delete_version(store: StateStore, kind: Versioned, found: FoundVersion, guard: Compare) -> None:
    """Deletes one version. ``guard`` holds as long as the version is not the current one."""
    deletes = [Delete(found.entry.key), Delete(version_id_key(kind, found.record.version))]
    await store.commit(Transaction(deletes, [guard]))


async def delete_versions(store: StateStore, kind: Versioned, name: str) -> int:
    """Deletes all versions of a name, some at a time, and says how many; may be repeated."""
    deletes: list[Write] = []
    count = 0
    async for entry in scan(store, versions_prefix(kind, name), page_size=MAX_OPERATIONS):
        version = unpack_version(entry.value).version
        deletes += [Delete(entry.key), Delete(version_id_key(kind, version))]
        count += 1
        if len(deletes) == MAX_OPERATIONS:
            await store.commit(Transaction(deletes))
            deletes = []
    if deletes:
        await store.commit(Transaction(deletes))
    return count
