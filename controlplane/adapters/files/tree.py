"""Objects as files: all blocking work of the embedded object store, to be called on its threads.

    <root>/objects/results+/job-1+/out.bin     the object results/job-1/out.bin
    <root>/digests/results+/job-1+/out.bin     its SHA-256, and which file that is of
    <root>/incoming/                           files being written

Folders end in a plus, which no key holds, so that ``a`` and ``a/b`` can both be objects. An object is written aside,
flushed, and moved into place. Its digest is written first and names the file by inode, size and time, so a digest that
does not belong to the file, after a crash or a change by hand, is noticed and counts as not known.

Known limits: on a file system that takes upper and lower case for the same, so does this store; and one process at a
time may use a root, as opening it removes the unfinished files of others (the state store's lock sees to that).
"""

import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from controlplane.domain.errors import NotAllowedError, ObjectNotFoundError, StoreUnavailableError
from controlplane.ports.object_store import ObjectInfo


class Tree:
    """The files below one root. Safe to use from several threads."""

    def __init__(self, root: Path) -> None:
        """Makes the folders and removes what a crash has left unfinished."""
        self._objects = root / "objects"
        self._digests = root / "digests"
        self._incoming = root / "incoming"
        self._folders_lock = threading.Lock()
        """Keeps a folder from being removed as empty between its making and the move of a file into it."""
        try:
            for folder in (self._objects, self._digests, self._incoming):
                folder.mkdir(parents=True, exist_ok=True)
            for stale in self._incoming.iterdir():
                stale.unlink()
        except OSError as error:
            raise NotAllowedError(
                f"the object store's folder {root} cannot be used ({error.strerror}); "
                "give this user write access or name another folder"
            ) from error

    def begin(self) -> "Upload":
        """A new file to write an object into."""
        with explained("write an object"):
            descriptor, path = tempfile.mkstemp(dir=self._incoming)
            return Upload(descriptor, Path(path))

    def finish(self, upload: "Upload", key: str) -> ObjectInfo:
        """Makes the object appear under ``key``; durable on return."""
        with explained(f"write object {key}"):
            os.fsync(upload.descriptor)
            facts = os.fstat(upload.descriptor)
            digest = upload.digest.hexdigest()
            # Not flushed: losing it costs the knowledge of the digest only.
            aside = upload.path.with_name(upload.path.name + ".digest")
            aside.write_text(f"{_identity(facts)} {digest}")
            with self._folders_lock:
                self._move(aside, self._digests, key)
                target = self._move(upload.path, self._objects, key)
            _flush_folder(target.parent)
            return ObjectInfo(key, facts.st_size, digest, facts.st_mtime)

    def open(self, key: str) -> int:
        """A descriptor to read the object from; a later put or delete does not touch what it reads."""
        with explained(f"read object {key}", key):
            return os.open(_place(self._objects, key), os.O_RDONLY | os.O_CLOEXEC)

    def stat(self, key: str) -> ObjectInfo:
        """Size and digest."""
        with explained(f"read object {key}", key):
            facts = _place(self._objects, key).stat()
        return ObjectInfo(key, facts.st_size, self._digest(key, facts), facts.st_mtime)

    def scan(self, prefix: str) -> Iterator[ObjectInfo]:
        """Objects below ``prefix`` in key order, without digests: one more file to read for each would be slow."""
        with explained("list objects"):
            folder = prefix[: prefix.rfind("/") + 1]
            yield from self._scan(_place(self._objects, folder), folder, prefix)

    def folders(self, prefix: str) -> list[str]:
        """Names of the folders directly below ``prefix``, in order."""
        with explained("list objects"):
            try:
                with os.scandir(_place(self._objects, prefix)) as entries:
                    return sorted(entry.name[:-1] for entry in entries if entry.name.endswith("+"))
            except FileNotFoundError:
                return []

    def delete(self, key: str) -> bool:
        """Whether there was such an object. Not flushed: after a power cut it may be there again."""
        with explained(f"delete object {key}"):
            try:
                _place(self._objects, key).unlink()
            except FileNotFoundError:
                return False
            _place(self._digests, key).unlink(missing_ok=True)
            with self._folders_lock:
                _prune(self._objects, key)
                _prune(self._digests, key)
            return True

    def _scan(self, folder: Path, start: str, prefix: str) -> Iterator[ObjectInfo]:
        try:
            with os.scandir(folder) as entries:
                found = sorted((entry.name.replace("+", "/"), entry) for entry in entries)
        except FileNotFoundError:
            return  # Nothing there, or removed meanwhile.
        for name, entry in found:
            key = start + name
            if not key.startswith(prefix):
                continue
            if name.endswith("/"):
                yield from self._scan(Path(entry.path), key, prefix)
            else:
                with contextlib.suppress(FileNotFoundError):  # Deleted meanwhile.
                    facts = entry.stat()
                    yield ObjectInfo(key, facts.st_size, "", facts.st_mtime)

    def _move(self, source: Path, root: Path, key: str) -> Path:
        target = _place(root, key)
        _make_folder(target.parent)
        source.replace(target)
        return target

    def _digest(self, key: str, facts: os.stat_result) -> str:
        try:
            identity, _, digest = _place(self._digests, key).read_text().rpartition(" ")
        except OSError:
            return ""  # Not known, which the port allows.
        return digest if identity == _identity(facts) else ""


class Upload:
    """A file being written; not yet an object."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self.descriptor = descriptor
        self.path = path
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Appends all of ``data``."""
        with explained("write an object"):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
            self.digest.update(data)

    def end(self) -> None:
        """Closes the file and removes it unless it has become an object."""
        os.close(self.descriptor)
        self.path.unlink(missing_ok=True)
        self.path.with_name(self.path.name + ".digest").unlink(missing_ok=True)


@contextlib.contextmanager
def explained(what: str, key: str = "") -> Iterator[None]:
    """Turns the operating system's errors into ours; with a ``key``, a missing file into ``ObjectNotFoundError``."""
    try:
        yield
    except OSError as error:
        if key and isinstance(error, (FileNotFoundError, NotADirectoryError)):
            raise ObjectNotFoundError(f"object {key} Not Found", field="key") from None
        raise StoreUnavailableError(
            f"the object store could not {what}: {error.strerror}; check the disk's space and health"
        ) from error


def _place(root: Path, key: str) -> Path:
    """Where an object lies, or a folder when ``key`` ends in a slash or is empty. The key has been checked."""
    return root / key.replace("/", "+/")


def _identity(facts: os.stat_result) -> str:
    return f"{facts.st_ino} {facts.st_size} {facts.st_mtime_ns}"


def _make_folder(folder: Path) -> None:
    """Makes the folder and those above it, durably."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        folder.mkdir()
        _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(root: Path, key: str) -> None:
    """Removes the folders of a deleted object that have become empty."""
    folder = _place(root, key).parent
    while folder != root:
        try:
            folder.rmdir()
        except OSError:
            return  # Not empty.
        folder = folder.parent
