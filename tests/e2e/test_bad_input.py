"""Everything a user can get wrong: one sentence on standard error, the right exit code, and nothing stored."""

import io
import json
import socket
import tarfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.product import BIN, Product, product, run

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

GOOD = "def start(args):\n    return 1\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    folder = tmp_path_factory.mktemp("bad")
    async with product(folder / "data") as made:
        said = await made.apply(folder, "good", GOOD)
        assert said.code == 0, said
        yield made


def one_sentence(text: str) -> bool:
    return "Traceback" not in text and 0 < len(text.strip().splitlines()) < 60


PIPELINES = [
    ([{"nodeName": "a", "algorithmName": "nope"}], "algorithm nope Not Found"),
    ([{"nodeName": "a", "algorithmName": "good", "input": ["@zz"]}], 'node "zz" which is not exists'),
    (
        [
            {"nodeName": "a", "algorithmName": "good", "input": ["@b"]},
            {"nodeName": "b", "algorithmName": "good", "input": ["@a"]},
        ],
        "cyclic nodes are not allowed",
    ),
    (
        [{"nodeName": "a", "algorithmName": "good"}, {"nodeName": "a", "algorithmName": "good"}],
        'found duplicate node "a"',
    ),
    ([{"nodeName": "a", "algorithmName": "good", "input": ["#[1,2"]}], "closing bracket"),
    ([{"nodeName": "a", "algorithmName": "good", "input": ["@flowInput.x"]}], "unable to find flowInput.x"),
    ([{"nodeName": "", "algorithmName": "good"}], "nodeName"),
    ([{"algorithmName": "good"}], "nodeName"),
    ([], "at least one node"),
]


@pytest.mark.parametrize(("nodes", "text"), PIPELINES, ids=[row[1] for row in PIPELINES])
@pytest.mark.parametrize("command", [["exec", "raw"], ["pipeline", "store"]], ids=["raw", "store"])
async def test_bad_pipelines(
    running: Product, tmp_path: Path, command: list[str], nodes: list[object], text: str
) -> None:
    """Refused with what is wrong, both when run and when stored; what only a run can know is not asked when storing."""
    (tmp_path / "p.json").write_text(json.dumps({"name": "bad-one", "nodes": nodes}))
    said = await running.ctl(*command, "-f", "p.json", cwd=tmp_path)
    if command[0] == "pipeline" and "flowInput" in text:
        assert said.code == 0, said
        assert (await running.ctl("pipeline", "delete", "bad-one")).code == 0
        return
    assert said.code in (2, 4), said
    assert text in said.err
    assert one_sentence(said.err)
    stored = await running.ctl("pipeline", "get", "bad-one")
    assert stored.code == 4
    assert (await running.ctl("exec", "list", "-o", "json")).json() == []


async def test_broken_yaml(running: Product, tmp_path: Path) -> None:
    """Names the file, line and column."""
    (tmp_path / "p.yml").write_text("name: p\nnodes: [\n  - x: {")
    said = await running.ctl("exec", "raw", "-f", "p.yml", cwd=tmp_path)
    assert said.code == 2
    assert "p.yml" in said.err
    assert "line" in said.err
    missing = await running.ctl("exec", "raw", "-f", "nope.yml", cwd=tmp_path)
    assert missing.code == 2
    assert "nope.yml" in missing.err


CODE = [
    ("nostart", "python", "def begin(args):\n    pass\n", {}, "has no function start"),
    ("syntax", "python", "def start(args)\n    pass\n", {}, "main.py, line 1"),
    ("missing", "python", "import not_a_module_anywhere\n" + GOOD, {}, "not_a_module_anywhere"),
    ("exits", "python", "import sys\nsys.exit(3)\n" + GOOD, {}, "ends the process"),
    ("raises", "python", "1 / 0\n" + GOOD, {}, "ZeroDivisionError"),
    ("jsnostart", "nodejs", "exports.begin = () => 1;\n", {}, "start"),
    ("jsmissing", "nodejs", "require('not-a-package');\nexports.start = () => 1;\n", {}, "not-a-package"),
    ("jssyntax", "nodejs", "exports.start = (=> 1;\n", {}, "syntax"),
    (
        "norequirement", "python", GOOD,
        {"requirements__txt": "--no-index\nno-such-package-here==9.9\n"}, "no-such-package-here",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "env", "code", "files", "text"), CODE, ids=[row[0] for row in CODE])
async def test_bad_code(
    running: Product, tmp_path: Path, name: str, env: str, code: str, files: dict[str, str], text: str
) -> None:
    """The build fails with what is wrong and what to do; the algorithm cannot be run."""
    said = await running.apply(tmp_path, name, code, env, **files)
    assert said.code == 1, said
    assert text in said.err + said.out
    (tmp_path / "p.json").write_text(json.dumps({"name": "p", "nodes": [{"nodeName": "a", "algorithmName": name}]}))
    refused = await running.ctl("exec", "raw", "-f", "p.json", cwd=tmp_path)
    assert refused.code == 2
    assert f"missing image for algorithm {name}" in refused.err


def tar_of(members: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    return buffer.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


MAIN = GOOD.encode()
ARCHIVES = [
    ("climbs", "code.tar.gz", tar_of({"../../evil.py": b"x", "main.py": MAIN}), "../../evil.py"),
    ("absolute", "code.tar.gz", tar_of({"/etc/evil": b"x", "main.py": MAIN}), "evil"),
    ("zipclimbs", "code.zip", zip_of({"../evil.py": b"x", "main.py": MAIN}), "../evil.py"),
    ("link", "code.tar.gz", tar_of({"main.py": MAIN}, {"out": "../../../etc/passwd"}), "out"),
    ("bomb", "code.zip", zip_of({"main.py": MAIN, "zeros": bytes(120_000_000)}), "zeros"),
    ("noarchive", "code.tar.gz", b"this is no archive", "archive"),
    ("cut", "code.tar.gz", tar_of({"main.py": MAIN * 500})[:-40], "archive"),
    ("empty", "code.tar.gz", tar_of({}), "archive"),
    ("noentry", "code.tar.gz", tar_of({"other.py": MAIN}), "main.py"),
]


@pytest.mark.parametrize(("name", "file", "data", "text"), ARCHIVES, ids=[row[0] for row in ARCHIVES])
async def test_bad_archives(running: Product, tmp_path: Path, name: str, file: str, data: bytes, text: str) -> None:
    """Refused with the member at fault; nothing appears outside the folder, and nothing is stored but failed builds."""
    (tmp_path / file).write_bytes(data)
    definition = {"name": name, "env": "python", "code": {"path": file, "entryPoint": "main.py"}}
    (tmp_path / "a.json").write_text(json.dumps(definition))
    said = await running.ctl("algorithm", "apply", "-f", "a.json", cwd=tmp_path)
    assert said.code in (1, 2), said
    assert text in said.err + said.out
    assert not list(running.data_dir.parent.rglob("evil*"))
    if said.code == 2:
        assert (await running.ctl("algorithm", "get", name)).code == 4


ALGORITHMS = [
    ({"name": "Bad_Name", "env": "python"}, "lower-case"),
    ({"name": "x1", "env": "cobol"}, "env"),
    ({"name": "x1", "env": "python", "resources": {"mem": "12"}}, "memory unit must be one of"),
    ({"name": "x1", "env": "python", "resources": {"mem": "1Mi"}}, "at least 4"),
    ({"name": "x1", "env": "python", "resources": {"cpu": -1}}, "cpu"),
    ({"env": "python"}, "name"),
]


@pytest.mark.parametrize(("definition", "text"), ALGORITHMS, ids=[row[1] for row in ALGORITHMS])
async def test_bad_definitions(running: Product, tmp_path: Path, definition: dict[str, object], text: str) -> None:
    """A definition that breaks a rule names the field."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.py").write_text(GOOD)
    (tmp_path / "a.json").write_text(json.dumps({**definition, "code": {"path": "code"}}))
    said = await running.ctl("algorithm", "apply", "-f", "a.json", cwd=tmp_path)
    assert said.code == 2, said
    assert text in said.err
    assert one_sentence(said.err)


async def test_a_port_in_use(tmp_path: Path) -> None:
    """Both ports: which one, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for option, other in (("--port", "--grpc-port"), ("--grpc-port", "--port")):
            said = await run(BIN / "distributedkube", "dev", option, port, other, "0", "--data-dir", tmp_path / "d")
            assert said.code == 1
            assert f"127.0.0.1:{port}" in said.err
            assert option in said.err
            assert one_sentence(said.err)


async def test_data_folders_that_cannot_be_used(running: Product, tmp_path: Path) -> None:
    """A file in its place, and a folder that another control plane uses."""
    (tmp_path / "file").write_text("x")
    dev = [BIN / "distributedkube", "dev", "--port", "0", "--grpc-port", "0", "--data-dir"]
    said = await run(*dev, tmp_path / "file" / "below")
    assert said.code == 1
    assert "--data-dir" in said.err
    assert one_sentence(said.err)
    second = await run(*dev, running.data_dir)
    assert second.code == 1
    assert str(running.data_dir) in second.err
    assert one_sentence(second.err)


async def test_hosts_that_are_not_loopback(tmp_path: Path) -> None:
    """Without authentication nothing else is served."""
    said = await run(BIN / "distributedkube", "dev", "--host", "0.0.0.0", "--data-dir", tmp_path / "d")
    assert said.code == 1
    assert "loopback" in said.err


async def test_nobody_there(tmp_path: Path) -> None:
    """The command line says how to start the server or where to point."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    env = {"DISTRIBUTEDKUBE_ENDPOINT": f"http://127.0.0.1:{port}", "HOME": str(tmp_path)}
    said = await run(BIN / "distributedkubectl", "algorithm", "list", env=env)
    assert said.code == 3
    assert "distributedkube dev" in said.err
    assert one_sentence(said.err)
