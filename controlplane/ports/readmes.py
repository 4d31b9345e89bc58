"""Reads and writes readmes; a readme never outlives what it describes.

Whoever deletes an algorithm or a pipeline puts ``readme_removal`` into the same transaction.
"""

from controlplane.domain.errors import CompareFailedError, NotFoundError
from controlplane.domain.readmes import (
    MAX_README_BYTES,
    PIECE_BYTES,
    Described,
    pieces_of,
    readme_key,
    readme_prefix,
    text_of,
)
from controlplane.ports.state_store import Compare, Delete, DeletePrefix, Put, StateStore, Transaction, Write

_MOST_PIECES = -(-MAX_README_BYTES // PIECE_BYTES)


async def has_readme(store: StateStore, kind: Described, name: str) -> bool:
    return bool((await store.range(readme_prefix(kind, name), limit=1)).entries)


def readme_removal(kind: Described, name: str) -> Write:
    """The write that deletes a readme; nothing happens when there is none."""
    return DeletePrefix(readme_prefix(kind, name))


async def read_readme(store: StateStore, kind: Described, name: str) -> str:
    """The text; raises ``NotFoundError``."""
    page = await store.range(readme_prefix(kind, name), limit=_MOST_PIECES)
    if not page.entries:
        raise NotFoundError("readme", name)
    return text_of(entry.value for entry in page.entries)


async def write_readme(store: StateStore, kind: Described, name: str, text: str, owner_key: str) -> None:
    """Replaces the text, which has at most ``MAX_README_BYTES``; raises ``NotFoundError`` when the owner is gone."""
    pieces = pieces_of(text)
    writes: list[Write] = [Put(readme_key(kind, name, number), piece) for number, piece in enumerate(pieces)]
    writes += [Delete(readme_key(kind, name, number)) for number in range(len(pieces), _MOST_PIECES)]
    while True:
        owner = await store.get(owner_key)
        if owner is None:
            raise NotFoundError(kind.value, name)
        try:
            await store.commit(Transaction(writes, [Compare(owner_key, owner.mod_revision)]))
        except CompareFailedError:
            continue
        return


async def delete_readme(store: StateStore, kind: Described, name: str) -> None:
    """Deletes the text; raises ``NotFoundError`` when there is none."""
    if not await has_readme(store, kind, name):
        raise NotFoundError("readme", name)
    await store.commit(Transaction([readme_removal(kind, name)]))
