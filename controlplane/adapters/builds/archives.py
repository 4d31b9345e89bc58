"""Archives from strangers: what may be in them, and how they are unpacked.

The rules are checked twice, by what the archive says before anything is stored and by what really comes out while it is
unpacked, since an archive can say anything.
"""

import gzip
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, NoReturn

from controlplane.domain.errors import InvalidError

FIELD = "file"
MAX_MEMBERS = 100_000
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_RATIO = 200
RATIO_FREE_BYTES = 64 * 1024**2
"""Below this size the ratio does not matter: small files of zeros are no attack."""

MAX_NAME_BYTES = 1024
PIECE = 1024 * 1024

_BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, NotImplementedError,
)  # fmt: skip


class _Member(NamedTuple):
    name: str
    kind: str
    """``file``, ``folder``, ``link`` (symbolic), ``hard`` or ``other``."""
    size: int
    target: str
    executable: bool
    source: zipfile.ZipInfo | tarfile.TarInfo


class ArchiveInspector:
    """Implements ``SourceInspector``."""

    def inspect(self, archive: Path, file_name: str) -> str:
        file_ext = _kind(archive, file_name)
        with _Reader(archive, file_ext) as reader:
            budget = _Budget(archive.stat().st_size)
            names: set[str] = set()
            for member in reader.members():
                check_member(member, names)
                budget.spend(member.size, member.name)
            if not names:
                _refuse("the archive is empty")
        return file_ext


def _refuse(text: str) -> NoReturn:
    raise InvalidError(text, reason="BAD_ARCHIVE", field=FIELD)


def _kind(archive: Path, file_name: str) -> str:
    """By content first, then by name."""
    with archive.open("rb") as file:
        head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        return "gz"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    said = file_name.lower()
    if said.endswith((".zip", ".tar.gz", ".tgz", ".gz")):
        _refuse(f"{file_name} is not what its name says; upload a zip or tar.gz archive")
    _refuse(f"{file_name or 'the file'} is neither a zip nor a tar.gz archive")


@dataclass(slots=True)
class _Budget:
    """What an archive may unpack to."""

    archive_bytes: int
    members: int = 0
    unpacked: int = 0

    def spend(self, size: int, name: str) -> None:
        self.members += 1
        if self.members > MAX_MEMBERS:
            _refuse(f"the archive has more than {MAX_MEMBERS} members")
        self.unpacked += size
        if self.unpacked > MAX_UNPACKED_BYTES:
            _refuse(f"the archive unpacks to more than {MAX_UNPACKED_BYTES // 1024**2} MiB (at {name})")
        if self.unpacked > max(RATIO_FREE_BYTES, MAX_RATIO * self.archive_bytes):
            _refuse(f"the archive unpacks to over {MAX_RATIO} times its size (at {name}): is it a bomb?")


def check_member(member: _Member, names: set[str]) -> None:
    """Raises ``InvalidError`` for a member that breaks a rule; notes its name."""
    name = member.name
    if len(name.encode(errors="replace")) > MAX_NAME_BYTES:
        _refuse(f"the name of a member is longer than {MAX_NAME_BYTES} bytes: {name[:60]}...")
    if "\0" in name or "\\" in name:
        _refuse(f"{name!r}: a name must not contain backslashes or NUL")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        _refuse(f"{name} leads out of the folder")
    if member.kind == "other":
        _refuse(f"{name} is neither a file, a folder nor a link")
    if member.kind in ("link", "hard"):
        _check_link(member, path)
    text = path.as_posix()
    if text in names and member.kind != "folder":
        _refuse(f"{name} is in the archive twice")
    if text != ".":
        names.add(text)


def _check_link(member: _Member, path: PurePosixPath) -> None:
    target = PurePosixPath(member.target)
    start = path.parent if member.kind == "link" else PurePosixPath()
    depth = 0
    for part in (start / target).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            _refuse(f"{member.name} is a link that leaves the folder: {member.target}")
    if target.is_absolute():
        _refuse(f"{member.name} is a link that leaves the folder: {member.target}")


class _Reader:
    """One way to read both kinds."""

    def __init__(self, archive: Path, file_ext: str) -> None:
        self._archive = archive
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        try:
            if file_ext == "zip":
                self._zip = zipfile.ZipFile(archive)
            else:
                self._tar = tarfile.open(archive, "r:gz")  # noqa: SIM115  closed by __exit__
        except _BROKEN as error:
            _refuse(f"the archive is damaged: {error}")

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        for opened in (self._zip, self._tar):
            if opened is not None:
                opened.close()

    def members(self) -> Iterator[_Member]:
        try:
            if self._zip is not None:
                for info in self._zip.infolist():
                    yield self._zip_member(self._zip, info)
            if self._tar is not None:
                for entry in self._tar:
                    yield _tar_member(entry)
        except (*_BROKEN, OSError) as error:
            _refuse(f"the archive is damaged: {error}")

    @staticmethod
    def _zip_member(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
        mode = info.external_attr >> 16
        if info.flag_bits & 0x1:
            _refuse(f"{info.filename} is encrypted; upload an archive without a password")
        kind, target = "file", ""
        if info.is_dir():
            kind = "folder"
        elif stat.S_ISLNK(mode):
            if info.file_size > MAX_NAME_BYTES:
                _refuse(f"{info.filename} is a link with a name of {info.file_size} bytes")
            kind, target = "link", opened.read(info).decode(errors="replace")
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            kind = "other"
        return _Member(info.filename, kind, info.file_size, target, bool(mode & 0o100), info)

    def open(self, member: _Member) -> IO[bytes]:
        if isinstance(member.source, zipfile.ZipInfo):
            assert self._zip is not None
            return self._zip.open(member.source)
        assert self._tar is not None
        content = self._tar.extractfile(member.source)
        assert content is not None
        return content


def _tar_member(entry: tarfile.TarInfo) -> _Member:
    kind = (
        "file" if entry.isreg() else "folder" if entry.isdir() else "link" if entry.issym() else "hard" if entry.islnk()
        else "other"
    )  # fmt: skip
    return _Member(entry.name, kind, entry.size, entry.linkname, bool(entry.mode & 0o100), entry)


def unpack(archive: Path, file_ext: str, target: Path) -> None:
    """Unpacks into a folder that must not exist. Raises ``InvalidError`` for what breaks a rule; what is there then is
    the caller's to remove."""
    target.mkdir(parents=True)
    links: list[_Member] = []
    names: set[str] = set()
    budget = _Budget(archive.stat().st_size)
    with _Reader(archive, file_ext) as reader:
        for member in reader.members():
            check_member(member, names)
            budget.spend(0, member.name)
            place = target / member.name
            match member.kind:
                case "folder":
                    place.mkdir(parents=True, exist_ok=True)
                case "file":
                    place.parent.mkdir(parents=True, exist_ok=True)
                    _write(reader, member, place, budget)
                case _:
                    links.append(member)
    # Links come last, so that no file can be written through one.
    for member in links:
        place = target / member.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if member.kind == "link":
            place.symlink_to(member.target)
        elif not (target / member.target).is_file():
            _refuse(f"{member.name} is a link to {member.target}, which is not in the archive")
        else:
            os.link(target / member.target, place, follow_symlinks=False)
        if not place.resolve().is_relative_to(target.resolve()):
            _refuse(f"{member.name} is a link that leaves the folder: {member.target}")


def _write(reader: _Reader, member: _Member, place: Path, budget: _Budget) -> None:
    try:
        with reader.open(member) as source, place.open("xb") as file:
            while piece := source.read(PIECE):
                budget.members -= 1  # the same member goes on
                budget.spend(len(piece), member.name)
                file.write(piece)
    except (*_BROKEN, OSError) as error:
        _refuse(f"{member.name} cannot be unpacked: {error}")
    place.chmod(0o755 if member.executable else 0o644)


def strip_single_folder(code: Path, entry_points: tuple[str, ...]) -> None:
    """People pack a folder rather than its content: if no entry point is at the top but one is in the only folder, that
    folder becomes the top."""
    if any((code / entry).exists() for entry in entry_points):
        return
    inside = list(code.iterdir())
    if len(inside) != 1 or not inside[0].is_dir() or inside[0].is_symlink():
        return
    folder = inside[0]
    if not any((folder / entry).exists() for entry in entry_points):
        return
    moved = code.with_name(f"{code.name}.top")
    folder.rename(moved)
    code.rmdir()
    moved.rename(code)
