"""Packing a folder: what is in the archive, and that it depends on the code alone."""

import os
import tarfile
from pathlib import Path

import pytest

from distributedkube.client import packing
from distributedkube.client.errors import InvalidError, LimitError


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(folder: Path) -> list[str]:
    archive = packing.pack_folder(folder)
    with archive.file, tarfile.open(fileobj=archive.file) as tar:
        return tar.getnames()


def packed(folder: Path) -> bytes:
    with packing.pack_folder(folder).file as file:
        return file.read()


def test_the_same_code_gives_the_same_bytes(tmp_path: Path) -> None:
    """Order of creation, times, the name of the folder and its umask do not show; content and the executable bit do."""
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, a_dot_py="1", lib__b_dot_py="2")
    write(two, lib__b_dot_py="2", a_dot_py="1")
    os.utime(two / "a.py", (1, 1))
    (two / "a.py").chmod(0o600)
    assert packed(one) == packed(two)
    (two / "a.py").chmod(0o755)
    executable = packed(two)
    assert packed(one) != executable
    (two / "a.py").write_text("3")
    assert packed(two) != executable


def test_ignore_files_count_as_in_git(tmp_path: Path) -> None:
    """Both files, nested ones, negation, what is left out unless it is taken back in, and what always is."""
    write(
        tmp_path,
        main_dot_py="x",
        data__big_dot_bin="x",
        data__keep_dot_txt="x",
        sub__local_dot_log="x",
        sub__wanted_dot_log="x",
        sub__old_dot_pyc="x",
        _dot_venv__bin__python="x",
        node_modules__m_dot_js="x",
        other__node_modules__m_dot_js="x",
    )
    for folder in (".git", "__pycache__"):
        (tmp_path / folder).mkdir()
    (tmp_path / "__pycache__" / "main.pyc").write_text("x")
    (tmp_path / ".git" / "HEAD").write_text("x")
    (tmp_path / ".gitignore").write_text("*.log\n*.bin\n/.gitignore\n.dkignore\n")
    (tmp_path / ".dkignore").write_text("!node_modules/\n!.venv\n!.git/\n!.git/**\n!__pycache__/\n!*.pyc\n")
    (tmp_path / "sub" / ".gitignore").write_text("!wanted.log\n.gitignore\n")
    assert names(tmp_path) == ["data/keep.txt", "main.py", "sub/old.pyc", "sub/wanted.log"]


def test_links_stay_inside(tmp_path: Path) -> None:
    """A link to something inside becomes a relative link; one that leads out is refused by name, unless ignored."""
    code = tmp_path / "code"
    write(code, lib__a_dot_py="x", main_dot_py="x")
    (code / "lib" / "link.py").symlink_to(code / "main.py")
    archive = packing.pack_folder(code)
    with archive.file, tarfile.open(fileobj=archive.file) as tar:
        assert tar.getmember("lib/link.py").linkname == "../main.py"
    (tmp_path / "secret").write_text("x")
    (code / "out").symlink_to("../secret")
    with pytest.raises(InvalidError, match="the link out leads out of the folder") as caught:
        packing.pack_folder(code)
    assert caught.value.field == "code.path"
    (code / ".dkignore").write_text("out\n")
    assert "out" not in names(code)


def test_a_link_to_a_folder_outside_is_refused_and_a_loop_is_not_followed(tmp_path: Path) -> None:
    """Links are never walked through."""
    code = tmp_path / "code"
    write(code, main_dot_py="x")
    (code / "self").symlink_to(".")
    assert names(code) == ["main.py", "self"]
    (code / "etc").symlink_to("/etc")
    with pytest.raises(InvalidError, match="leads out"):
        packing.pack_folder(code)


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files, too many bytes, nothing at all: each with a sentence on what to do."""
    with pytest.raises(InvalidError, match="no files to pack"):
        packing.pack_folder(tmp_path)
    write(tmp_path, a="xxxx", b="xxxx", c="xxxx")
    monkeypatch.setattr(packing, "MAX_BYTES", 10)
    with pytest.raises(LimitError, match="more than"):
        packing.pack_folder(tmp_path)
    monkeypatch.setattr(packing, "MAX_FILES", 2)
    with pytest.raises(LimitError, match="more than 2 files"):
        packing.pack_folder(tmp_path)


def test_an_archive_knows_its_size(tmp_path: Path) -> None:
    """The archive knows its length and number of files, and is read from its start."""
    write(tmp_path, main_dot_py="x")
    archive = packing.open_code(tmp_path)
    with archive.file:
        assert (archive.files, len(archive.file.read())) == (1, archive.size)
