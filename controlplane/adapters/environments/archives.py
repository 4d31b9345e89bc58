"""Reads zip and tar.gz archives of strangers, one member at a time, in bounded memory.

The libraries trust an archive in places where a stranger must not be trusted: they read a directory or a header of any
size whole, and take a damaged header for the end. So they read through files of ours, which refuse such reads.
What the members may be is decided in ``layout``; bytes are counted as they come out, whatever the archive declares.
"""

import errno
import gzip
import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import IO

from controlplane.adapters.environments.layout import MAX_PATH_BYTES, ArchiveLimits, Layout, refused
from controlplane.domain.errors import InvalidError

PIECE_BYTES = 64 * 1024

MAX_HEADER_BYTES = 1024 * 1024
"""Of one member of a tar file, with all extended headers: enough for long names, too little to fill the memory."""

MAX_GLOBAL_HEADERS = 100
"""The library keeps these as long as the archive is open."""

MAX_DIRECTORY_BYTES = 32 * 1024 * 1024
"""Of a zip file's directory: over 300 bytes for each of the members that are allowed."""

_HEADER_BYTES_EXPECTED = 1536
"""Of a member in a tar file: its header, an extended one and padding."""

_ENTRY_MARK = b"PK\x01\x02"
"""Begins each entry of a zip file's directory."""

_ENCRYPTED = 0x1 | 0x40 | 0x2000


class Kind(Enum):
    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    HARD_LINK = auto()


@dataclass(frozen=True, slots=True)
class RawMember:
    """As the archive has it, nothing checked."""

    name: str
    kind: Kind
    open: Callable[[], IO[bytes]]
    size_bytes: int = 0
    target: str = ""
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Within the rules so far; links are looked at by ``Layout.check_links`` at the end."""

    path: str
    """Relative, with slashes; empty for the folder itself."""

    kind: Kind
    executable: bool
    target: str
    """Of a hard link: the path of the file. Of a link: as written."""

    pieces: Iterator[bytes]
    """A file's content; to be read before the next member is asked for."""


class ArchiveInspector:
    """Implements ``SourceInspector``: goes through the whole archive, so that damage is found before anything is stored."""

    def __init__(self, limits: ArchiveLimits | None = None) -> None:
        self._limits = limits or ArchiveLimits()

    def inspect(self, archive: Path, file_name: str) -> str:
        """See the port. Blocks for as long as reading and unpacking in memory takes."""
        file_ext = sniff(archive, file_name)
        layout = Layout(self._limits)
        for member in members_of(archive, file_ext, layout, self._limits):
            for _ in member.pieces:
                pass
        layout.check_links()
        return file_ext


def sniff(archive: Path, file_name: str) -> str:
    """``zip`` or ``gz``, by content first, then by name, since some zip files begin with something else."""
    with archive.open("rb") as file:
        start = file.read(4)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if start.startswith(b"\x1f\x8b"):
        return "gz"
    name = file_name.lower()
    if name.endswith(".zip"):
        return "zip"
    if name.endswith((".gz", ".tgz")):
        return "gz"
    raise InvalidError(
        "data.fileExt should be equal to one of the allowed values (zip,gz)",
        field="file",
        details="pack the code's folder as a zip or tar.gz archive",
    )


def members_of(archive: Path, file_ext: str, layout: Layout, limits: ArchiveLimits) -> Iterator[Member]:
    """All members in the order of the archive, each added to ``layout``.

    Raises ``InvalidError`` that names the member at fault, also while a content is read.
    """
    archive_bytes = archive.stat().st_size
    budget = _Budget(limits, archive_bytes)
    read = _zip_members(archive, limits) if file_ext == "zip" else _tar_members(archive, limits, archive_bytes)
    where = ""
    with closing(read) as members:
        while True:
            with _damage_explained(file_ext, where):
                raw = next(members, None)
            if raw is None:
                break
            where = f" after {raw.name[:200]!r}"
            yield _checked(raw, layout, budget, file_ext)
    if not layout.files:
        raise refused("the archive holds no files; pack the folder with the code")


def _checked(raw: RawMember, layout: Layout, budget: "_Budget", file_ext: str) -> Member:
    target, pieces = raw.target, iter(())
    match raw.kind:
        case Kind.FOLDER:
            path = layout.add_folder(raw.name)
        case Kind.LINK:
            path = layout.add_link(raw.name, raw.target)
        case Kind.HARD_LINK:
            path, target = layout.add_hard_link(raw.name, raw.target)
        case Kind.FILE:
            path = layout.add_file(raw.name)
            budget.check(raw.size_bytes, raw.name)
            return Member(path, raw.kind, raw.executable, target, _pieces(raw, budget, file_ext))
    return Member(path, raw.kind, raw.executable, target, pieces)


def _pieces(raw: RawMember, budget: "_Budget", file_ext: str) -> Iterator[bytes]:
    where = f" at {raw.name[:200]!r}"
    with _damage_explained(file_ext, where):
        content = raw.open()
    with content:
        while True:
            with _damage_explained(file_ext, where):
                piece = content.read(PIECE_BYTES)
            if not piece:
                return
            budget.spend(len(piece), raw.name)
            yield piece


class _Budget:
    """Bytes that came out of the archive so far."""

    def __init__(self, limits: ArchiveLimits, archive_bytes: int) -> None:
        self._limits = limits
        self._archive_bytes = archive_bytes
        self._spent = 0

    def check(self, more_bytes: int, name: str) -> None:
        self._limits.check_unpacked(self._spent + more_bytes, self._archive_bytes, name)

    def spend(self, more_bytes: int, name: str) -> None:
        self.check(more_bytes, name)
        self._spent += more_bytes


@contextmanager
def _damage_explained(file_ext: str, where: str) -> Iterator[None]:
    """What the libraries raise for bad data, as an error for the one who sent it."""
    try:
        yield
    except (
        *(zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError),
        *(ValueError, OverflowError, RecursionError, NotImplementedError),
    ) as error:
        raise _damaged(file_ext, where, str(error)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # A place before the start of the file.
            raise
        raise _damaged(file_ext, where, "it points outside itself") from error


def _damaged(file_ext: str, where: str, why: str) -> InvalidError:
    kind = "zip" if file_ext == "zip" else "tar.gz"
    return refused(
        f"the archive cannot be read as {kind}{where}: it is damaged or cut off ({why[:200]}); pack it again"
    )


# zip


class _ZipFile(io.BufferedReader):
    """Keeps the library from reading a directory of any size."""

    def __init__(self, archive: Path, limits: ArchiveLimits) -> None:
        super().__init__(io.FileIO(archive))
        self._limits = limits

    def read(self, size: int | None = -1, /) -> bytes:
        # Only the directory is read in one piece; contents come in smaller ones.
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise refused("the archive's directory is too large; leave out what is not code")
        data = super().read(size)
        if len(data) > PIECE_BYTES:
            self._limits.check_members(data.count(_ENTRY_MARK))
        return data


def _zip_members(archive: Path, limits: ArchiveLimits) -> Generator[RawMember, None, None]:
    with _ZipFile(archive, limits) as file, zipfile.ZipFile(file) as opened:
        limits.check_members(len(opened.infolist()))
        for info in opened.infolist():
            yield _zip_member(opened, info)


def _zip_member(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> RawMember:
    name, mode = info.filename, info.external_attr >> 16

    def content() -> IO[bytes]:
        return opened.open(info)

    if info.flag_bits & _ENCRYPTED:
        raise refused(f"the archive's member {name[:200]!r} is encrypted; pack it without a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(
            f"the archive's member {name[:200]!r} is compressed in an unusual way; pack it with plain zip (deflate)"
        )
    if name.endswith(("/", "\\")):
        return RawMember(name, Kind.FOLDER, content)
    match stat.S_IFMT(mode):
        case stat.S_IFLNK:
            with content() as file:
                target = file.read(MAX_PATH_BYTES + 1).decode(errors="surrogateescape")
            return RawMember(name, Kind.LINK, content, target=target)
        case 0 | stat.S_IFREG:
            return RawMember(name, Kind.FILE, content, info.file_size, executable=bool(mode & stat.S_IXUSR))
        case stat.S_IFDIR:
            return RawMember(name, Kind.FOLDER, content)
        case _:
            raise _no_file(name)


def _no_file(name: str) -> InvalidError:
    return refused(f"the archive's member {name[:200]!r} is a device or pipe; pack files, folders and links only")


# tar.gz


class _Unzipped:
    """What is in the gzip file. Keeps the library from reading headers of any size and from going on without end."""

    def __init__(self, file: gzip.GzipFile, limit_bytes: int) -> None:
        self._file = file
        self._limit_bytes = limit_bytes
        self._header_bytes: int | None = None

    @contextmanager
    def header(self) -> Iterator[None]:
        """What is read meanwhile is one member's header."""
        self._header_bytes = 0
        yield
        self._header_bytes = None

    def read(self, size: int = -1) -> bytes:
        if self._header_bytes is not None:
            self._header_bytes += size
            if not 0 <= size <= MAX_HEADER_BYTES or self._header_bytes > MAX_HEADER_BYTES:
                raise refused(
                    f"the archive has a header of more than {MAX_HEADER_BYTES} bytes; pack it again with plain tar"
                )
        self._check_end(self._file.tell() + size)
        return self._file.read(size)

    def seek(self, offset: int) -> int:
        self._check_end(offset)
        return self._file.seek(offset)

    def tell(self) -> int:
        return self._file.tell()

    def _check_end(self, end: int) -> None:
        if end > self._limit_bytes:
            raise refused("the archive unpacks to far more than its members declare, as only harmful archives do")


def _tar_members(archive: Path, limits: ArchiveLimits, archive_bytes: int) -> Generator[RawMember, None, None]:
    overhead = limits.max_members * _HEADER_BYTES_EXPECTED + MAX_HEADER_BYTES
    with gzip.open(archive, "rb") as file:
        unzipped = _Unzipped(file, limits.unpacked_limit(archive_bytes) + overhead)
        with unzipped.header():
            opened = tarfile.TarFile(
                fileobj=unzipped,  # type: ignore[arg-type]  # All that the library calls of a file is there.
                mode="r",
                encoding="utf-8",
                errors="surrogateescape",
            )
        with opened:
            yield from _members_of_tar(opened, unzipped)
        _check_end_of_tar(opened.offset, unzipped)


def _members_of_tar(opened: tarfile.TarFile, unzipped: _Unzipped) -> Iterator[RawMember]:
    while True:
        with unzipped.header():
            info = opened.next()
        if info is None:
            return
        opened.members = []  # type: ignore[attr-defined]  # The library would keep them all.
        if len(opened.pax_headers) > MAX_GLOBAL_HEADERS:
            raise refused("the archive has too many global headers; pack it again with plain tar")
        yield _tar_member(opened, info)


def _tar_member(opened: tarfile.TarFile, info: tarfile.TarInfo) -> RawMember:
    def content() -> IO[bytes]:
        file = opened.extractfile(info)
        assert file is not None, "a regular file has content"
        return file

    name = info.name
    if info.isreg():
        return RawMember(name, Kind.FILE, content, info.size, executable=bool(info.mode & stat.S_IXUSR))
    if info.isdir():
        return RawMember(name, Kind.FOLDER, content)
    if info.issym():
        return RawMember(name, Kind.LINK, content, target=info.linkname)
    if info.islnk():
        return RawMember(name, Kind.HARD_LINK, content, target=info.linkname)
    raise _no_file(name)


def _check_end_of_tar(offset: int, unzipped: _Unzipped) -> None:
    """The library takes any header that it cannot read for the end. The end is zeros, and then the gzip file's checksum."""
    unzipped.seek(offset)
    if unzipped.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise tarfile.ReadError("a header is damaged")
    while unzipped.read(PIECE_BYTES):
        pass
