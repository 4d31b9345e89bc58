"""Archives of strangers: each rule by an archive that breaks it, against the inspector and against unpacking."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from controlplane.adapters.environments import ArchiveInspector, ArchiveLimits
from controlplane.adapters.environments.unpack import unpack
from controlplane.domain.errors import InvalidError

LIMITS = ArchiveLimits(max_members=50, max_unpacked_bytes=1_000_000, max_ratio=20, ratio_from_bytes=100_000)
"""Small, so that small archives can break them."""

FILE, LINK, HARD = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
Entry = tuple[str, bytes, bytes | str]


def tar_of(*entries: Entry) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, kind, what in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            if isinstance(what, bytes):
                info.size = len(what)
                archive.addfile(info, io.BytesIO(what))
            else:
                info.linkname = what
                archive.addfile(info)
    return buffer.getvalue()


def zip_of(*names: str, content: bytes = b"x", mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = method
            archive.writestr(info, content)
    return buffer.getvalue()


def linked_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m.py", "")
        link = zipfile.ZipInfo("l")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "../out")
    return buffer.getvalue()


def encrypted() -> bytes:
    data = bytearray(zip_of("secret.py"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + offset
        data[place : place + 2] = struct.pack("<H", 1)
    return bytes(data)


def damaged_tar() -> bytes:
    raw = bytearray(gzip.decompress(tar_of(("a.py", FILE, b"a"), ("b.py", FILE, b"b"))))
    raw[1024 + 100 : 1024 + 140] = b"?" * 40
    return gzip.compress(bytes(raw))


def huge_header() -> bytes:
    info = tarfile.TarInfo("h")
    info.type, info.size = tarfile.XHDTYPE, 2 << 20
    return gzip.compress(info.tobuf() + bytes(2 << 20))


BAD: dict[str, tuple[bytes, str]] = {
    "zip: climbs": (zip_of("../up.py"), r"'\.\./up\.py' climbs out"),
    "zip: climbs by backslash": (zip_of("a\\..\\..\\up.py"), "climbs out"),
    "zip: absolute": (zip_of("/etc/up.py"), "'/etc/up.py' has an absolute path"),
    "zip: drive": (zip_of("C:/up.py"), "absolute path"),
    "zip: link out": (linked_zip(), "link 'l' leads to '../out', outside"),
    "zip: device": (zip_of("dev", mode=stat.S_IFCHR), "'dev' is a device or pipe"),
    "zip: encrypted": (encrypted(), r"'secret\.py' is encrypted"),
    "zip: unusual method": (zip_of("a.py", method=zipfile.ZIP_LZMA), "compressed in an unusual way"),
    "zip: cut off": (zip_of("a.py", "b.py")[:-30], "damaged or cut off"),
    "zip: content damaged": (
        zip_of("a.py", content=b"hello", method=0).replace(b"hello", b"hullo"),
        r"at 'a\.py'.*damaged",
    ),
    "zip: ratio": (zip_of("zeros", content=bytes(500_000)), "more than 20 times its size.*'zeros'"),
    "zip: too many": (zip_of(*(f"f{n}" for n in range(51))), "more than 50 files"),
    "zip: empty": (zip_of(), "holds no files"),
    "zip: folders only": (zip_of("a/", content=b""), "holds no files"),
    "zip: long name": (zip_of("n" * 256), "too long a name"),
    "zip: file and folder": (zip_of("a", "a/b"), "'a/b' lies below 'a', which is a file"),
    "tar: climbs": (tar_of(("a/../../up.py", FILE, b"")), "climbs out"),
    "tar: absolute": (tar_of(("/up.py", FILE, b"")), "absolute path"),
    "tar: link out": (tar_of(("m.py", FILE, b""), ("d/l", LINK, "../../out")), "outside the folder"),
    "tar: absolute link": (tar_of(("l", LINK, "/etc/passwd")), "outside the folder"),
    "tar: hard link out": (tar_of(("l", HARD, "../out")), "climbs out"),
    "tar: hard link to nothing": (tar_of(("l", HARD, "nothing")), "no earlier file"),
    "tar: links in a circle": (tar_of(("a", LINK, "b"), ("b", LINK, "a"), ("m.py", FILE, b"")), "round in circles"),
    "tar: device": (tar_of(("dev", tarfile.CHRTYPE, "")), "'dev' is a device or pipe"),
    "tar: pipe": (tar_of(("pipe", tarfile.FIFOTYPE, "")), "'pipe' is a device or pipe"),
    "tar: below a link": (tar_of(("l", LINK, "d"), ("l/x.py", FILE, b"")), "lies below 'l', which is a link"),
    "tar: out by a later link": (
        tar_of(("m.py", FILE, b""), ("x", LINK, "sub/a/../.."), ("sub/a", LINK, "..")),
        "link 'x' leads to .* outside",
    ),
    "tar: writes through a link": (
        tar_of(("m.py", FILE, b""), ("x", LINK, "sub/a/../.."), ("sub/a", LINK, ".."), ("x/out.py", HARD, "m.py")),
        "lies below 'x', which is a link",
    ),
    "tar: cut off": (tar_of(("a.py", FILE, bytes(range(256)) * 40))[:-40], "damaged or cut off"),
    "tar: header damaged": (damaged_tar(), r"after 'a\.py': it is damaged"),
    "tar: huge header": (huge_header(), "header of more than"),
    "tar: ratio": (tar_of(("zeros", FILE, bytes(500_000))), "more than 20 times its size"),
    "tar: implied folders count": (tar_of(("/".join("abcdefg" * 8), FILE, b"")), "more than 50 files"),
    "gz without tar": (gzip.compress(b"just text, and enough of it" * 50), "cannot be read as tar.gz"),
    "text": (b"def start(args): pass", "data.fileExt should be equal to one of the allowed values"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_archive_is_refused(tmp_path: Path, case: str) -> None:
    """Shows the sentence for each broken rule, from the inspector and again from unpacking, which writes nothing outside."""
    data, sentence = BAD[case]
    archive = tmp_path / "code"
    archive.write_bytes(data)
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    actions: list[Callable[[], object]] = [
        lambda: ArchiveInspector(LIMITS).inspect(archive, "code"),
        lambda: unpack(archive, inner / "code", limits=LIMITS),
    ]
    for action in actions:
        with pytest.raises(InvalidError, match=sentence) as caught:
            action()
        assert caught.value.field == "file"
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(inner / "code")]
    assert outside == [archive]


def test_size_counts_as_a_whole(tmp_path: Path) -> None:
    """Shows that many files of random bytes, none too large alone, are too much together."""
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(11):
            file.writestr(f"f{number}", bytes(100_000))
    limits = ArchiveLimits(max_unpacked_bytes=1024 * 1024, max_ratio=1000)
    with pytest.raises(InvalidError, match=r"more than 1 MiB; the limit was reached at 'f10'"):
        ArchiveInspector(limits).inspect(archive, "a.zip")


def test_kind_by_content_then_by_name(tmp_path: Path) -> None:
    """Shows that the content decides, and that the name does for a zip file which begins with something else."""
    archive = tmp_path / "archive"
    for data, name, kind in (
        (zip_of("a.py"), "a.tar.gz", "zip"),
        (tar_of(("a.py", FILE, b"")), "a.zip", "gz"),
        (b"#!/bin/sh\n" + zip_of("a.py"), "a.zip", "zip"),
    ):
        archive.write_bytes(data)
        assert ArchiveInspector().inspect(archive, name) == kind


def test_what_is_written(tmp_path: Path) -> None:
    """Shows contents, links of both kinds, a later member that replaces an earlier one, and that only the execute bit stays."""
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(
        tar_of(
            ("./main.py", FILE, b"old"),
            ("main.py", FILE, b"new"),
            ("lib/hard.py", HARD, "main.py"),
            ("lib/soft.py", LINK, "../main.py"),
        )
    )
    unpack(archive, tmp_path / "code")
    code = tmp_path / "code"
    assert [(code / name).read_bytes() for name in ("main.py", "lib/hard.py", "lib/soft.py")] == [b"new"] * 3
    assert (code / "lib/soft.py").is_symlink()
    archive.write_bytes(zip_of("run.sh", mode=stat.S_IFREG | stat.S_ISUID | 0o777))
    unpack(archive, tmp_path / "other")
    assert stat.S_IMODE((tmp_path / "other/run.sh").stat().st_mode) & ~0o022 == 0o755


def test_the_only_folder_becomes_the_top(tmp_path: Path) -> None:
    """Shows that it does so only for the entry point's sake, and that a link may then not leave that folder."""
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(tar_of(("alg/main.py", FILE, b""), ("alg/l", LINK, "main.py"), ("__MACOSX/x", FILE, b"")))
    unpack(archive, tmp_path / "one", entry_files=("main.py",))
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["l", "main.py"]
    unpack(archive, tmp_path / "two", entry_files=("other.py",))
    assert (tmp_path / "two/alg/main.py").is_file()
    archive.write_bytes(tar_of(("alg/main.py", FILE, b""), ("alg/l", LINK, "../x")))
    with pytest.raises(InvalidError, match="outside the folder"):
        unpack(archive, tmp_path / "three", entry_files=("main.py",))
