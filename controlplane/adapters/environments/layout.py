"""The rules for what an archive may hold. Pure: it is told of the members one by one and refuses what breaks a rule.

Links are the difficult part. A target that looks harmless can leave the folder by way of another link, one that may come
later in the archive. So nothing may lie below a link, and the targets are followed only when all members are known.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from controlplane.domain.errors import InvalidError

MIB = 1024 * 1024

MAX_PATH_BYTES = 1024
MAX_NAME_BYTES = 255
"""File systems end here."""

MAX_LINKS = 10_000
MAX_LINKS_FOLLOWED = 40
"""As many as the kernel follows."""

MAX_STEPS = 4096
"""Of following one link; with the two above it bounds the time that links can cost."""

_LITTER = frozenset({"__MACOSX", ".DS_Store"})
"""What macOS adds to archives; never an author's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    max_members: int = 100_000
    """Files, links and folders together, also folders that have no member of their own."""

    max_unpacked_bytes: int = 2048 * MIB
    max_ratio: int = 200
    """Unpacked size over the archive's."""

    ratio_from_bytes: int = 64 * MIB
    """The ratio does not matter up to this unpacked size: small files of zeros are no attack."""

    def check_members(self, count: int) -> None:
        """Raises ``InvalidError`` when there are too many."""
        if count > self.max_members:
            raise refused(
                f"the archive holds more than {self.max_members} files and folders; leave out what is not code"
            )

    def unpacked_limit(self, archive_bytes: int) -> int:
        """The bytes that an archive of this size may unpack to."""
        return min(self.max_unpacked_bytes, max(self.ratio_from_bytes, self.max_ratio * archive_bytes))

    def check_unpacked(self, unpacked_bytes: int, archive_bytes: int, name: str) -> None:
        """Raises ``InvalidError`` when the members up to and with ``name`` are too much."""
        if unpacked_bytes > self.max_unpacked_bytes:
            raise refused(
                f"the archive unpacks to more than {self.max_unpacked_bytes // MIB} MiB; the limit was reached at {name!r}"
            )
        if unpacked_bytes > self.unpacked_limit(archive_bytes):
            raise refused(
                f"the archive unpacks to more than {self.max_ratio} times its size, as only harmful archives do; "
                f"the limit was reached at {name!r}"
            )


def refused(message: str) -> InvalidError:
    """An error about the archive as the caller sent it."""
    return InvalidError(message, reason="ARCHIVE_REFUSED", field="file")


class Layout:
    """Names of all members seen so far, as relative paths with slashes."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self._limits = limits
        self.files: set[str] = set()
        self.folders: set[str] = set()
        """Each has all its parents in here as well."""
        self.links: dict[str, str] = {}
        """Target as it was written, by path."""

    def add_folder(self, name: str) -> str:
        """Returns the path, which is empty for the root itself."""
        path = _path_of(name)
        self._add_folders(path, name)
        return path

    def add_file(self, name: str) -> str:
        """Returns the path. A file may come twice; the later one counts."""
        path = self._add_entry(name)
        if path in self.links:
            raise refused(f"{name!r} is in the archive both as a link and as a file")
        self.files.add(path)
        self._check_count()
        return path

    def add_link(self, name: str, target: str) -> str:
        """A symbolic link. Where it leads is looked at by ``check_links``."""
        path = self._add_entry(name)
        if path in self.files:
            raise refused(f"{name!r} is in the archive both as a file and as a link")
        if target.startswith("/") or not target or "\0" in target or len(os.fsencode(target)) > MAX_PATH_BYTES:
            raise refused(
                f"the link {name!r} leads to {target[:200]!r}, outside the folder; make it a relative link or a copy"
            )
        self.links[path] = target
        if len(self.links) > MAX_LINKS:
            raise refused(f"the archive holds more than {MAX_LINKS} links; leave out what is not code")
        self._check_count()
        return path

    def add_hard_link(self, name: str, target: str) -> tuple[str, str]:
        """Returns the paths of the new name and of the file, which must have come before."""
        target_path = _path_of(target)
        if target_path not in self.files:
            raise refused(f"the hard link {name!r} leads to {target!r}, which is no earlier file of the archive")
        return self.add_file(name), target_path

    def check_links(self, *, root: str = "") -> None:
        """Follows every link below ``root``; none may leave it or go round in circles."""
        for path, target in self.links.items():
            if _is_below(path, root):
                self._follow(path, target, root)

    def top_folder_of(self, wanted: Iterable[str]) -> str:
        """The only folder at the top, when one of the wanted files is directly in it and none is at the root; or nothing."""
        paths = list(wanted)
        tops = {path.partition("/")[0] for path in (*self.files, *self.folders, *self.links)} - _LITTER
        if any(self._is_file(path) for path in paths) or len(tops) != 1:
            return ""
        top = tops.pop()
        return top if any(self._is_file(f"{top}/{path}") for path in paths) else ""

    def _is_file(self, path: str) -> bool:
        return path in self.files or path in self.links

    def _add_entry(self, name: str) -> str:
        path = _path_of(name)
        if not path:
            raise refused(f"{name!r} is no name for a file")
        if path in self.folders:
            raise refused(f"{name!r} is in the archive both as a folder and as a file")
        self._add_folders(path.rpartition("/")[0], name)
        return path

    def _add_folders(self, path: str, name: str) -> None:
        while path and path not in self.folders:
            if self._is_file(path):
                what = "link" if path in self.links else "file"
                raise refused(f"{name!r} lies below {path!r}, which is a {what} in the same archive")
            self.folders.add(path)
            self._check_count()
            path = path.rpartition("/")[0]

    def _check_count(self) -> None:
        self._limits.check_members(len(self.files) + len(self.folders) + len(self.links))

    def _follow(self, path: str, target: str, root: str) -> None:
        base = PurePosixPath(root).parts
        place = list(PurePosixPath(path).parts[:-1])
        todo = target.split("/")[::-1]
        steps = followed = 0
        while todo:
            part = todo.pop()
            steps += 1
            if part in ("", "."):
                continue
            if part == "..":
                if len(place) <= len(base):
                    raise refused(f"the link {path!r} leads to {target!r}, outside the folder; make it a copy")
                place.pop()
                continue
            place.append(part)
            next_target = self.links.get("/".join(place))
            if next_target is not None:
                followed += 1
                if followed > MAX_LINKS_FOLLOWED or steps > MAX_STEPS:
                    raise refused(f"the link {path!r} leads round in circles")
                place.pop()
                todo.extend(next_target.split("/")[::-1])


def without_root(path: str, root: str) -> str:
    """The path as seen from ``root``, below which it lies."""
    return path[len(root) + 1 :] if root else path


def _is_below(path: str, root: str) -> bool:
    return not root or path.startswith(root + "/")


def _path_of(name: str) -> str:
    """A member's name as a relative path. Old tools of Windows write backslashes."""
    plain = name.replace("\\", "/")
    parts: Sequence[str] = [part for part in plain.split("/") if part not in ("", ".")]
    if plain.startswith("/") or (parts and len(parts[0]) == 2 and parts[0][1] == ":"):
        raise refused(f"the archive's member {name[:200]!r} has an absolute path; pack relative paths only")
    if ".." in parts:
        raise refused(f"the archive's member {name[:200]!r} climbs out of the folder with '..'; pack without it")
    if "\0" in plain:
        raise refused(f"the archive's member {name[:200]!r} has a zero byte in its name")
    path = "/".join(parts)
    if len(os.fsencode(path)) > MAX_PATH_BYTES or any(len(os.fsencode(part)) > MAX_NAME_BYTES for part in parts):
        raise refused(
            f"the archive's member {name[:200]!r} has too long a name; "
            f"a path has at most {MAX_PATH_BYTES} bytes and each part of it {MAX_NAME_BYTES}"
        )
    return path
