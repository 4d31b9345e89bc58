"""Writes an archive's members below a folder. Every rule is checked again: the file may not be the one inspected."""

import os
from collections.abc import Sequence
from pathlib import Path

from controlplane.adapters.environments.archives import Kind, Member, members_of, sniff
from controlplane.adapters.environments.folders import remove_tree
from controlplane.adapters.environments.layout import ArchiveLimits, Layout, without_root


def unpack(
    archive: Path, target: Path, *, entry_files: Sequence[str] = (), limits: ArchiveLimits | None = None
) -> None:
    """Makes ``target``, whose parent exists, with the members of the archive. Blocks.

    When none of ``entry_files`` is at the archive's root and one is in its only folder, that folder becomes ``target``.
    Raises ``InvalidError`` as the inspector does; ``target`` is then left half filled.
    """
    limits = limits or ArchiveLimits()
    layout = Layout(limits)
    target.mkdir()
    for member in members_of(archive, sniff(archive, archive.name), layout, limits):
        _write(target, member)
    top = layout.top_folder_of(entry_files)
    layout.check_links(root=top)
    if top:
        _lift(target, top)
    # Last, so that nothing was ever written through a link.
    for path, link_target in layout.links.items():
        if not top or path.startswith(top + "/"):
            (target / without_root(path, top)).symlink_to(link_target)


def _write(target: Path, member: Member) -> None:
    path = target / member.path
    match member.kind:
        case Kind.FOLDER:
            path.mkdir(parents=True, exist_ok=True)
        case Kind.LINK:
            path.parent.mkdir(parents=True, exist_ok=True)
        case Kind.HARD_LINK:
            _make_room(path)
            os.link(target / member.target, path, follow_symlinks=False)
        case Kind.FILE:
            _make_room(path)
            mode = 0o755 if member.executable else 0o644
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            with open(descriptor, "wb") as file:
                for piece in member.pieces:
                    file.write(piece)


def _make_room(path: Path) -> None:
    """A later member replaces an earlier one of the same name, and not what is hard-linked to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


def _lift(target: Path, top: str) -> None:
    """Puts the folder ``top`` in the place of ``target``; what was beside it is litter and goes."""
    aside = target.with_name(target.name + ".unpacked")
    target.rename(aside)
    (aside / top).rename(target)
    remove_tree(aside)
