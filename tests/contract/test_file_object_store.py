"""What the embedded object store promises beyond the port: plain files, crashes, full disks, and strict URLs."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from controlplane.adapters.files import FileObjectStore, verify_presigned
from controlplane.adapters.files.presign import Operation
from controlplane.domain.errors import InvalidError, LimitError, NotAllowedError, StoreUnavailableError

from .disk_full import files_may_not_exceed
from .hand_clock import HandClock

SECRET = b"only for tests"


def make(root: Path, clock: HandClock | None = None) -> FileObjectStore:
    return FileObjectStore(root, base_url=lambda: "http://host:1/", secret=SECRET, clock=clock or HandClock())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FileObjectStore]:
    store = make(tmp_path / "root")
    yield store
    await store.close()


async def keys_of(store: FileObjectStore) -> list[str]:
    return [info.key async for info in store.list("")]


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_objects_are_plain_files_that_survive_reopening(tmp_path: Path) -> None:
    """Shows the content on disk as it was put, and the same object with its digest in a second store."""
    first = make(tmp_path)
    info = await first.put("results/job-1/out.bin", b"content")
    await first.close()
    assert (tmp_path / "objects/results+/job-1+/out.bin").read_bytes() == b"content"
    second = make(tmp_path)
    assert await second.stat("results/job-1/out.bin") == info
    await second.close()


async def test_unfinished_files_are_removed_on_opening(tmp_path: Path) -> None:
    """Shows it with what a killed process leaves behind, and that no finished upload leaves anything."""
    store = make(tmp_path)
    await store.put("a", b"x")

    async def failing() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await store.put("b", failing())
    assert files_below(tmp_path / "incoming") == []
    await store.close()
    (tmp_path / "incoming/tmpabc").write_bytes(b"half")
    store = make(tmp_path)
    assert files_below(tmp_path / "incoming") == []
    assert await keys_of(store) == ["a"]
    await store.close()


async def test_a_changed_file_has_no_digest(store: FileObjectStore, tmp_path: Path) -> None:
    """Shows an empty digest, never a wrong one, for files written to directly, and a right one after the next put."""
    await store.put("k", b"content")
    (tmp_path / "root/objects/k").write_bytes(b"CONTENT")
    (tmp_path / "root/objects/new").write_bytes(b"by hand")
    assert (await store.stat("k")).sha256 == ""
    assert (await store.stat("new")).sha256 == ""
    await store.put("k", b"again")
    assert (await store.stat("k")).sha256 == hashlib.sha256(b"again").hexdigest()


async def test_deleting_leaves_no_empty_folders(store: FileObjectStore, tmp_path: Path) -> None:
    """Shows that folders go with their last object, so that a store of short-lived objects does not fill with them."""
    await store.put("a/b/c", b"x")
    await store.put("a/d", b"x")
    await store.delete("a/b/c")
    assert sorted(path.name for path in (tmp_path / "root/objects/a+").iterdir()) == ["d"]
    await store.delete_prefix("")
    for folder in ("objects", "digests", "incoming"):
        assert list((tmp_path / "root" / folder).iterdir()) == []


async def test_a_full_disk_is_said_and_survived(store: FileObjectStore, tmp_path: Path) -> None:
    """Shows the error for puts in one and in many pieces, the old object kept, nothing left over, and recovery."""
    await store.put("k", b"old")

    async def large() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield bytes(1024 * 1024)

    with files_may_not_exceed(2_000_000):
        for data in (bytes(3_000_000), large()):
            with pytest.raises(StoreUnavailableError, match="check the disk"):
                await store.put("k", data)
        assert files_below(tmp_path / "root/incoming") == []
        assert [piece async for piece in store.read("k")] == [b"old"]
    assert (await store.put("k", large())).size_bytes == 4 * 1024 * 1024


async def test_an_unusable_root_gets_a_sentence(tmp_path: Path) -> None:
    """Shows it for a path below a file, which no right to write can help."""
    (tmp_path / "file").write_text("")
    with pytest.raises(NotAllowedError) as caught:
        make(tmp_path / "file" / "root")
    assert str(tmp_path / "file" / "root") in caught.value.message
    assert "name another folder" in caught.value.message


# URLs


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


async def test_the_form_of_a_url(store: FileObjectStore) -> None:
    """Shows path and parameters, and the grant that the gateway gets for them."""
    url = store.presign_put("a/b.bin", expires_seconds=60, max_bytes=5)
    assert url.startswith("http://host:1/blobs/a/b.bin?op=put&expires=1000060&max=5&signature=")
    grant = verify_presigned(SECRET, "put", "a/b.bin", query_of(url), now=1_000_059.9)
    assert (grant.operation, grant.key, grant.max_bytes) == (Operation.PUT, "a/b.bin", 5)
    grant.check_body(5)
    with pytest.raises(LimitError):
        grant.check_body(6)


@pytest.mark.parametrize(
    ("method", "operation", "allowed"),
    [
        *[("GET", "get", True), ("HEAD", "get", True), ("PUT", "get", False), ("DELETE", "get", False)],
        *[("PUT", "put", True), ("GET", "put", False), ("HEAD", "put", False), ("POST", "put", False)],
    ],
)
async def test_methods(store: FileObjectStore, method: str, operation: str, allowed: bool) -> None:
    """Shows which HTTP methods each kind of URL is good for."""
    urls = {
        "get": store.presign_get("k", expires_seconds=60),
        "put": store.presign_put("k", expires_seconds=60, max_bytes=5),
    }
    if allowed:
        assert verify_presigned(SECRET, method, "k", query_of(urls[operation]), now=0).operation == operation
    else:
        with pytest.raises(NotAllowedError) as caught:
            verify_presigned(SECRET, method, "k", query_of(urls[operation]), now=0)
        assert caught.value.why == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("change", "error", "why", "field"),
    [
        ({"op": "delete"}, InvalidError, "INVALID", "op"),
        ({"op": ""}, InvalidError, "INVALID", "op"),
        ({"expires": ""}, InvalidError, "INVALID", "expires"),
        ({"expires": "soon"}, InvalidError, "INVALID", "expires"),
        ({"expires": "-1"}, InvalidError, "INVALID", "expires"),
        ({"expires": "١"}, InvalidError, "INVALID", "expires"),
        ({"expires": "9" * 5000}, InvalidError, "INVALID", "expires"),
        ({"max": "1e9"}, InvalidError, "INVALID", "max"),
        ({"signature": ""}, InvalidError, "INVALID", "signature"),
        ({"signature": "é\ud800"}, NotAllowedError, "SIGNATURE_INVALID", ""),
        ({"expires": "1000061"}, NotAllowedError, "SIGNATURE_INVALID", ""),
        ({"max": "6"}, NotAllowedError, "SIGNATURE_INVALID", ""),
    ],
    ids=ascii,
)
async def test_bad_urls(
    store: FileObjectStore, change: dict[str, str], error: type[Exception], why: str, field: str
) -> None:
    """Shows the error, machine reason and field for each way to change a URL."""
    query = query_of(store.presign_put("k", expires_seconds=60, max_bytes=5))
    with pytest.raises((InvalidError, NotAllowedError)) as caught:
        verify_presigned(SECRET, "PUT", "k", query | change, now=0)
    assert (type(caught.value), caught.value.why, caught.value.field) == (error, why, field)


async def test_expiry_secret_and_key_are_checked(store: FileObjectStore) -> None:
    """Shows the last moment of a URL, another installation's secret, another key and one outside of the store."""
    query = query_of(store.presign_get("k", expires_seconds=60))
    with pytest.raises(NotAllowedError) as caught:
        verify_presigned(SECRET, "GET", "k", query, now=1_000_060)
    assert caught.value.why == "URL_EXPIRED"
    for secret, key in ((b"another", "k"), (SECRET, "other")):
        with pytest.raises(NotAllowedError) as caught:
            verify_presigned(secret, "GET", key, query, now=0)
        assert caught.value.why == "SIGNATURE_INVALID"
    with pytest.raises(InvalidError):
        verify_presigned(SECRET, "GET", "../k", query, now=0)
