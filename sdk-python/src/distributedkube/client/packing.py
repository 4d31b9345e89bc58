"""Packs a folder of code into a tar.gz: the same code gives the same bytes, on every machine and at any time.

The server builds when the checksum of the archive changes, so nothing that is no code may be in it: names are sorted,
and times, owners and all of the mode but the executable bit are left out. What ``.gitignore`` and ``.dkignore`` name
stays out, in every folder as git does it; of two rules in one folder the one in ``.dkignore`` wins. What no rule takes
in are `NEVER_PACKED`: they are made on each machine anew, for it alone.
"""

from __future__ import annotations

import gzip
import os
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from distributedkube.client.errors import InvalidError, LimitError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".gz", ".zip")
IGNORE_FILES = (".gitignore", ".dkignore")
NEVER_PACKED = frozenset((".git", "__pycache__", "node_modules", ".venv"))
"""Names of files, folders and links that are left out whatever an ignore file says."""
IGNORED_BY_DEFAULT = (".hg/", ".svn/", "*.pyc", ".DS_Store")
"""Left out unless an ignore file takes them back in, for example ``!*.pyc``."""

MAX_FILES = 50_000
MAX_BYTES = 2 * 1024**3
"""Limits of what is packed, before compression; beyond them the folder is almost surely not what was meant."""

_IN_MEMORY_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open for reading from its start; close it when done."""

    file: IO[bytes]
    name: str
    size: int
    """Length in bytes."""
    files: int | None
    """Number of files in it, None when it was not packed here."""

    def close(self) -> None:
        self.file.close()


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    name: str
    """Name inside the archive, with slashes."""


_Rules: TypeAlias = "tuple[Path, GitIgnoreSpec]"
"""What the ignore files of one folder say of everything below it."""


def open_code(path: Path) -> Archive:
    """Packs a folder, or opens an archive as it is.

    Raises:
        InvalidError: there is nothing there, it is neither a folder nor an archive, it has no files, or a link in it
            leads out of the folder.
        LimitError: too many or too large files.
    """
    if path.is_dir():
        return pack_folder(path)
    if not path.exists():
        raise InvalidError(f"there is nothing at {path}", field="code.path")
    if not path.name.endswith(ARCHIVE_SUFFIXES):
        raise InvalidError(f"{path} is neither a folder nor a zip or tar.gz archive", field="code.path")
    file = path.open("rb")
    return Archive(file, path.name, os.fstat(file.fileno()).st_size, None)


def pack_folder(folder: Path) -> Archive:
    """Packs a folder; raises like `open_code`."""
    root = folder.resolve()
    entries = sorted(_entries(root), key=lambda entry: entry.name)
    if not entries:
        raise InvalidError(f"{folder} has no files to pack; look at its .gitignore and .dkignore", field="code.path")
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    try:
        _write(out, entries, root)
    except BaseException:
        out.close()
        raise
    size = out.tell()
    out.seek(0)
    return Archive(out, f"{root.name or 'code'}.tar.gz", size, len(entries))


def _write(out: IO[bytes], entries: list[_Entry], root: Path) -> None:
    total = 0
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=6, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for entry in entries:
            info = _info(entry, root)
            total += info.size
            if total > MAX_BYTES:
                raise LimitError(f"{root} holds more than {MAX_BYTES >> 20} MiB; name what is no code in .dkignore")
            if info.issym():
                tar.addfile(info)
            else:
                with entry.path.open("rb") as source:
                    tar.addfile(info, source)


def _entries(root: Path) -> Iterator[_Entry]:
    """All files and links that are to be packed, at most `MAX_FILES`."""
    count = 0
    pending = [(root, list[_Rules]())]
    while pending:
        here, above = pending.pop()
        rules = [*above, *_rules_in(here, is_root=here == root)]
        with os.scandir(here) as items:
            for item in items:
                path, is_folder = Path(item.path), item.is_dir(follow_symlinks=False)
                if item.name in NEVER_PACKED or _ignored(path, rules, is_folder=is_folder):
                    continue
                if is_folder:
                    pending.append((path, rules))
                elif item.is_symlink() or item.is_file():
                    count += 1
                    if count > MAX_FILES:
                        raise LimitError(f"{root} holds more than {MAX_FILES} files; name what is no code in .dkignore")
                    yield _Entry(path, path.relative_to(root).as_posix())


def _rules_in(folder: Path, *, is_root: bool) -> list[_Rules]:
    from pathspec import GitIgnoreSpec

    lines = list(IGNORED_BY_DEFAULT) if is_root else []
    for name in IGNORE_FILES:
        file = folder / name
        if file.is_file():
            lines += file.read_text("utf-8", errors="replace").splitlines()
    return [(folder, GitIgnoreSpec.from_lines(lines))] if lines else []


def _ignored(path: Path, rules: list[_Rules], *, is_folder: bool) -> bool:
    """Whether the nearest rule that says anything about a path leaves it out."""
    for base, spec in reversed(rules):
        name = path.relative_to(base).as_posix() + ("/" if is_folder else "")
        verdict = spec.check_file(name).include
        if verdict is not None:
            return bool(verdict)
    return False


def _info(entry: _Entry, root: Path) -> tarfile.TarInfo:
    info = tarfile.TarInfo(entry.name)  # time, owner and group are 0 here
    status = entry.path.lstat()
    if stat.S_ISLNK(status.st_mode):
        info.type = tarfile.SYMTYPE
        info.linkname = _link_target(entry, root)
        info.mode = 0o777
    else:
        info.size = status.st_size
        info.mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
    return info


def _link_target(entry: _Entry, root: Path) -> str:
    """Where a link leads, relative to its own folder. Raises ``InvalidError`` when that is outside of the root."""
    target = entry.path.resolve()
    if not target.is_relative_to(root):
        raise InvalidError(
            f"the link {entry.name} leads out of the folder, to {target}; copy the file or name the link in .dkignore",
            field="code.path",
        )
    return Path(os.path.relpath(target, entry.path.parent)).as_posix()
