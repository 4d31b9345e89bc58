"""What the port of the object store promises, sentence by sentence, against every adapter."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from controlplane.domain.errors import (
    DistributedKubeError,
    InvalidError,
    LimitError,
    NotAllowedError,
    ObjectNotFoundError,
    StoreUnavailableError,
)
from controlplane.ports.object_store import ObjectInfo, ObjectStore

from .object_stores import ADAPTERS, ObjectStoreAdapter

MIB = 1024 * 1024

BAD_KEYS = [
    *["", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", ".", "./a", "a/./b", "a b", "a\\b", "a\0b", "a\nb"],
    *["ä", "a+b", "a%2e", "a:b", "\uff0e\uff0e/a", "x" * 1025, "a/" + "x" * 201],
]


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.__name__.lower())
async def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObjectStoreAdapter]:
    adapter: ObjectStoreAdapter = request.param(tmp_path)
    await adapter.open()
    yield adapter
    await adapter.store.close()


@pytest.fixture
def store(adapter: ObjectStoreAdapter) -> ObjectStore:
    return adapter.store


async def content(store: ObjectStore, key: str, *, offset: int = 0, length: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.read(key, offset=offset, length=length)])


async def keys_of(store: ObjectStore, prefix: str = "") -> list[str]:
    return [info.key async for info in store.list(prefix)]


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, 3 * MIB + 5])
async def test_what_was_put_comes_back(store: ObjectStore, size: int) -> None:
    """Shows content, size and digest of objects put whole and in pieces, and that no piece read is above 1 MiB."""
    data = random.Random(size).randbytes(size)
    expected = ObjectInfo("a/b.bin", size, hashlib.sha256(data).hexdigest())
    assert await store.put("a/b.bin", data) == expected
    assert await store.stat("a/b.bin") == expected
    assert await content(store, "a/b.bin") == data
    parts = [data[start : start + 100_001] for start in range(0, size, 100_001)]
    assert await store.put("c", pieces(b"", *parts)) == ObjectInfo("c", size, expected.sha256)
    read = [piece async for piece in store.read("c")]
    assert b"".join(read) == data
    assert all(0 < len(piece) <= MIB for piece in read)


async def test_ranges(store: ObjectStore) -> None:
    """Shows byte ranges within, up to, across and behind the end of an object of more than one piece."""
    data = random.Random(1).randbytes(2 * MIB + 100)
    await store.put("k", data)
    for offset in (0, 1, MIB - 1, MIB, 2 * MIB + 99, 2 * MIB + 100, 9 * MIB):
        for length in (None, 0, 1, MIB, MIB + 1, 9 * MIB):
            end = None if length is None else offset + length
            assert await content(store, "k", offset=offset, length=length) == data[offset:end]
    for offset, length in ((-1, None), (0, -1)):
        with pytest.raises(InvalidError):
            await content(store, "k", offset=offset, length=length)


async def test_a_second_put_replaces(store: ObjectStore) -> None:
    """Shows content and digest of the later one, also when it is shorter."""
    await store.put("k", b"longer content")
    info = await store.put("k", b"short")
    assert await content(store, "k") == b"short"
    assert await store.stat("k") == info == ObjectInfo("k", 5, hashlib.sha256(b"short").hexdigest())
    assert await keys_of(store) == ["k"]


async def test_an_object_appears_whole_or_not_at_all(store: ObjectStore) -> None:
    """Shows it while pieces still come in, when their source fails, and when the caller is cancelled."""
    half_way, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*, fail: bool) -> AsyncIterator[bytes]:
        yield b"x" * 2 * MIB
        half_way.set()
        await go_on.wait()
        if fail:
            raise ConnectionError("the client went away")
        yield b"y"

    putting = asyncio.ensure_future(store.put("k", slow(fail=False)))
    await half_way.wait()
    assert await keys_of(store) == []
    with pytest.raises(ObjectNotFoundError):
        await store.stat("k")
    go_on.set()
    await putting
    assert len(await content(store, "k")) == 2 * MIB + 1

    with pytest.raises(ConnectionError):
        await store.put("k", slow(fail=True))
    half_way.clear()
    go_on.clear()
    putting = asyncio.ensure_future(store.put("k", slow(fail=False)))
    await half_way.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert len(await content(store, "k")) == 2 * MIB + 1
    assert await keys_of(store) == ["k"]


async def test_a_reader_sees_one_version(store: ObjectStore) -> None:
    """Shows a read that began before the object was replaced and deleted, and goes on undisturbed."""
    data = random.Random(2).randbytes(3 * MIB)
    await store.put("k", data)
    reading = store.read("k")
    read = [await anext(reading)]
    await store.put("k", b"other")
    await store.delete("k")
    read += [piece async for piece in reading]
    assert b"".join(read) == data


async def test_concurrent_puts_of_one_key_leave_one_of_them(store: ObjectStore) -> None:
    """Shows 20 writers with content of different length: one of them remains, with its own digest."""
    versions = [bytes([65 + index]) * (1000 + index) for index in range(20)]
    await asyncio.gather(*(store.put("a/k", version) for version in versions))
    data = await content(store, "a/k")
    assert data in versions
    info = await store.stat("a/k")
    assert (info.size_bytes, info.sha256) in {(len(data), hashlib.sha256(data).hexdigest()), (len(data), "")}


async def test_puts_and_deletes_side_by_side_do_not_disturb_each_other(store: ObjectStore) -> None:
    """Shows objects of one folder put and deleted at once, so that the folder is made and emptied all the time."""

    async def come_and_go(name: int) -> None:
        for _ in range(10):
            await store.put(f"deep/er/{name}", b"x")
            await store.delete(f"deep/er/{name}")
        await store.put(f"deep/er/{name}", b"stays")

    await asyncio.gather(*map(come_and_go, range(8)))
    assert await keys_of(store) == [f"deep/er/{name}" for name in range(8)]


async def test_listing_is_in_key_order(store: ObjectStore) -> None:
    """Shows the order with keys of which one is a folder of another, and for prefixes that end inside of a name."""
    keys = ["a", "a-b", "a.b", "a/b", "a/b/c", "a/b-c", "a/bc", "a0", "A", "b/1", "b/10", "b/2", "..x", "-", "a/..b"]
    for key in random.Random(3).sample(keys, len(keys)):
        await store.put(key, key.encode())
    for prefix in ["", "a", "a/", "a/b", "a/b/", "b/1", "c", "a/b/c/d/", ".", "..", "a/."]:
        found = [info async for info in store.list(prefix)]
        expected = sorted(key for key in keys if key.startswith(prefix))
        assert [info.key for info in found] == expected, prefix
        assert [info.size_bytes for info in found] == [len(key) for key in expected]
        assert {info.sha256 for info in found} <= {"", *(hashlib.sha256(key.encode()).hexdigest() for key in keys)}


async def test_listing_goes_on_over_many_objects(store: ObjectStore) -> None:
    """Shows 1201 objects, more than are fetched at once."""
    await asyncio.gather(*(store.put(f"many/{index:05}", b"") for index in range(1201)))
    assert await keys_of(store, "many/") == [f"many/{index:05}" for index in range(1201)]
    assert await store.delete_prefix("many/") == 1201
    assert await keys_of(store) == []


async def test_delete(store: ObjectStore) -> None:
    """Shows that an object goes, its neighbours stay, and that deleting nothing is fine."""
    for key in ("a", "a/b", "a/c"):
        await store.put(key, b"x")
    await store.delete("a")
    await store.delete("a")
    await store.delete("never/was")
    assert await keys_of(store) == ["a/b", "a/c"]
    with pytest.raises(ObjectNotFoundError):
        await content(store, "a")


async def test_delete_prefix_says_how_many(store: ObjectStore) -> None:
    """Shows prefixes that end at a folder, inside of a name and nowhere."""
    for key in ("a", "a/b", "a/c/d", "ab", "b"):
        await store.put(key, b"x")
    assert await store.delete_prefix("a/") == 2
    assert await keys_of(store) == ["a", "ab", "b"]
    assert await store.delete_prefix("c") == 0
    assert await store.delete_prefix("a") == 2
    assert await store.delete_prefix("") == 1
    assert await keys_of(store) == []


@pytest.mark.parametrize("key", ["missing", "there/below", "the"])
async def test_what_is_not_there_is_not_found(store: ObjectStore, key: str) -> None:
    """Shows the error for absent keys, one below an object and one that is only a folder."""
    await store.put("there", b"x")
    await store.put("the/re", b"x")
    with pytest.raises(ObjectNotFoundError):
        await store.stat(key)
    with pytest.raises(ObjectNotFoundError):
        await content(store, key)


@pytest.mark.parametrize("key", BAD_KEYS, ids=ascii)
async def test_bad_keys_are_refused(store: ObjectStore, key: str) -> None:
    """Shows InvalidError that names the field, from every method that takes a key."""
    calls = [store.put(key, b""), store.put(key, pieces()), store.stat(key), content(store, key), store.delete(key)]
    for call in calls:
        with pytest.raises(InvalidError) as caught:
            await call
        assert caught.value.field == "key"
    with pytest.raises(InvalidError):
        store.presign_get(key, expires_seconds=1)
    with pytest.raises(InvalidError):
        store.presign_put(key, expires_seconds=1, max_bytes=1)


@pytest.mark.parametrize("prefix", ["/", "/a", "a//", "../", "a/../b", "a b", "ä", "x" * 1025], ids=ascii)
async def test_bad_prefixes_are_refused(store: ObjectStore, prefix: str) -> None:
    """Shows InvalidError for a prefix that no key can have."""
    with pytest.raises(InvalidError):
        await keys_of(store, prefix)
    with pytest.raises(InvalidError):
        await store.delete_prefix(prefix)


async def test_presigned_urls_get_and_put(adapter: ObjectStoreAdapter, store: ObjectStore) -> None:
    """Shows a client that holds nothing but URLs storing an object and reading it, as often as it likes."""
    put_url = store.presign_put("a/b.bin", expires_seconds=60, max_bytes=5)
    for body in (b"12345", b"", b"123"):
        await adapter.http_put(put_url, body)
    get_url = store.presign_get("a/b.bin", expires_seconds=60)
    assert await adapter.http_get(get_url) == b"123"
    assert await adapter.http_get(get_url) == b"123"
    with pytest.raises(ObjectNotFoundError):
        await adapter.http_get(store.presign_get("missing", expires_seconds=60))


async def test_a_body_larger_than_agreed_is_refused(adapter: ObjectStoreAdapter, store: ObjectStore) -> None:
    """Shows the error one byte above the limit, and that what was there stays."""
    await store.put("k", b"old")
    with pytest.raises(LimitError):
        await adapter.http_put(store.presign_put("k", expires_seconds=60, max_bytes=5), b"123456")
    assert await content(store, "k") == b"old"


async def test_presigned_urls_expire(adapter: ObjectStoreAdapter, store: ObjectStore) -> None:
    """Shows URLs good until just before their time, and refused after it."""
    await store.put("k", b"x")
    get_url = store.presign_get("k", expires_seconds=60)
    put_url = store.presign_put("k", expires_seconds=60, max_bytes=5)
    await adapter.pass_time(55)
    assert await adapter.http_get(get_url) == b"x"
    await adapter.http_put(put_url, b"y")
    await adapter.pass_time(6)
    with pytest.raises(NotAllowedError):
        await adapter.http_get(get_url)
    with pytest.raises(NotAllowedError):
        await adapter.http_put(put_url, b"z")
    assert await content(store, "k") == b"y"


async def test_a_url_is_good_for_one_thing_only(adapter: ObjectStoreAdapter, store: ObjectStore) -> None:
    """Shows a URL to read that cannot write, one to write that cannot read, and one of another key."""
    await store.put("k", b"x")
    await store.put("other", b"secret")
    get_url = store.presign_get("k", expires_seconds=60)
    put_url = store.presign_put("k", expires_seconds=60, max_bytes=5)
    with pytest.raises(NotAllowedError):
        await adapter.http_put(get_url, b"y")
    with pytest.raises(NotAllowedError):
        await adapter.http_get(put_url)
    with pytest.raises(NotAllowedError):
        await adapter.http_get(get_url.replace("/k?", "/other?"))


async def test_a_tampered_url_is_refused(adapter: ObjectStoreAdapter, store: ObjectStore) -> None:
    """Shows it for every single character of the query replaced by another."""
    url = store.presign_put("k", expires_seconds=60, max_bytes=5)
    for index in range(url.index("?") + 1, len(url)):
        replacement = "1" if url[index] != "1" else "2"
        with pytest.raises((NotAllowedError, InvalidError)):
            await adapter.http_put(url[:index] + replacement + url[index + 1 :], b"x")
    assert await keys_of(store) == []


async def test_a_closed_store_says_so(store: ObjectStore) -> None:
    """Shows that every method that goes to the data raises."""
    await store.put("k", b"x")
    await store.close()
    calls = [
        *[store.put("k", b""), store.put("k", pieces(b"")), store.stat("k"), content(store, "k"), keys_of(store)],
        *[store.delete("k"), store.delete_prefix("")],
    ]
    for call in calls:
        with pytest.raises(StoreUnavailableError) as caught:
            await call
        assert isinstance(caught.value, DistributedKubeError)


async def test_folders(store: ObjectStore) -> None:
    """Shows the names directly below a prefix, each once and in order, and none of objects themselves."""
    for key in ("a", "a/b", "b/x/1", "b/x/2", "b/w", "b/y/z/1", "c/1"):
        await store.put(key, b"1")
    assert [name async for name in store.folders("")] == ["a", "b", "c"]
    assert [name async for name in store.folders("b/")] == ["x", "y"]
    assert [name async for name in store.folders("b/y/z/")] == []
    assert [name async for name in store.folders("nothing/")] == []
    with pytest.raises(InvalidError):
        _ = [name async for name in store.folders("../")]


async def test_time_of_the_last_put(adapter: ObjectStoreAdapter) -> None:
    """Shows that all ways to look at an object tell the same time, and that it does not go back."""
    store = adapter.store
    put = await store.put("k", b"1")
    assert put.modified_at > 0
    assert (await store.stat("k")).modified_at == put.modified_at
    assert [info.modified_at async for info in store.list("")] == [put.modified_at]
    assert (await store.put("k", b"2")).modified_at >= put.modified_at
