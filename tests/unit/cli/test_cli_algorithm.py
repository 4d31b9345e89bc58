"""Storing algorithms: packing, uploading, following the build."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, error, events

EXAMPLE = Path(__file__).parents[3] / "examples" / "numbers"
API = "/api/v1"
APPLY = f"{API}/store/algorithms/apply"


def build(state: str, *lines: str, count: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "build": {"buildId": "range-abc123", "algorithmName": "range", "status": state, "progress": 60, **more},
        "lines": list(lines),
        "lineCount": count,
    }


def answer(**more: Any) -> dict[str, Any]:
    return {"messages": ["a build was triggered"], "messagesCode": [1021], "algorithm": {"name": "range"}, **more}


def test_apply_packs_uploads_and_follows_the_build(run: Run, rest: FakeRest) -> None:
    """The brief's file becomes the flat form and an archive of the folder beside it; the build's log is shown."""
    rest.on("POST", APPLY, answer(buildId="range-abc123"))
    rest.on(
        "GET",
        f"{API}/watch/build/range-abc123",
        events(build("active", "installing", count=1)),
        events(build("completed", "done \u2028 here", count=2, version="v2")),
    )
    shown = run("algorithm", "apply", "--f", EXAMPLE / "range.yml")
    assert (shown.exit_code, shown.stdout) == (0, "algorithm range is applied, version v2\n")
    assert "installing\ndone \u2028 here\n" in shown.stderr
    upload = rest.only("POST", APPLY)
    assert upload.body["payload"] == {
        "name": "range", "env": "python", "cpu": 0.5, "mem": "512Mi", "entryPoint": "main.py",
    }  # fmt: skip
    assert upload.body["options"] == {"forceUpdate": False, "forceBuild": False}
    with tarfile.open(fileobj=io.BytesIO(upload.files["file"])) as tar:
        assert tar.getnames() == ["main.py"]
    watched = [seen.query for seen in rest.seen if seen.path.startswith(f"{API}/watch")]
    assert watched == [{"afterLine": "0"}, {"afterLine": "1"}], "a stream that ended early goes on where it was"


def test_a_failed_build_fails_with_its_own_words(run: Run, rest: FakeRest) -> None:
    """Exit code 1, the lines of the tool that failed, and where the whole log is."""
    rest.on("POST", APPLY, answer(buildId="range-abc123"))
    rest.on(
        "GET",
        f"{API}/watch/build/range-abc123",
        events(build("failed", error="ERROR: No matching distribution\nfor nope")),
    )
    shown = run("algorithm", "apply", "-f", EXAMPLE / "range.yml")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "ERROR: No matching distribution\nfor nope" in shown.stderr
    assert "build logs range-abc123" in shown.stderr


def test_no_wait_prints_the_build_and_returns(run: Run, rest: FakeRest) -> None:
    """With --no-wait the build is named and not followed; force flags reach the server; JavaScript is spelled nodejs."""
    rest.on("POST", APPLY, answer(buildId="range-abc123"))
    shown = run("algorithm", "apply", "-f", EXAMPLE / "reduce.yml", "--no-wait", "--force", "--force-build")
    assert shown.stdout == "build: range-abc123\n"
    upload = rest.only("POST", APPLY)
    assert upload.body["options"] == {"forceUpdate": True, "forceBuild": True}
    assert upload.body["payload"]["env"] == "nodejs"
    assert len(rest.seen) == 1


def test_flags_without_a_file(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """Everything may be said by flags; an image needs no upload."""
    rest.on("POST", APPLY, answer())
    words = ["algorithm", "apply", "eye", "--image", "eye:1", "--cpu", "2", "--mem", "1Gi", "--gpu", "1", "-o", "json"]
    shown = run(*words)
    assert json.loads(shown.stdout)["algorithm"] == {"name": "range"}
    upload = rest.only("POST", APPLY)
    assert upload.body["payload"] == {"name": "eye", "algorithmImage": "eye:1", "cpu": 2.0, "mem": "1Gi", "gpu": 1.0}
    assert upload.files == {}


def test_flags_win_over_the_file(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """A flag replaces what the file says; an archive is sent as it is."""
    archive = tmp_path / "code.tar.gz"
    archive.write_bytes(b"\x1f\x8barchive")
    rest.on("POST", APPLY, answer())
    run(
        "algorithm",
        "apply",
        "-f",
        EXAMPLE / "range.yml",
        "--codePath",
        archive,
        "--codeEntryPoint",
        "x.py",
        "--env",
        "javascript",
    )
    upload = rest.only("POST", APPLY)
    assert upload.body["payload"]["entryPoint"] == "x.py"
    assert upload.body["payload"]["env"] == "nodejs"
    assert upload.files == {"file": b"\x1f\x8barchive"}


def test_large_archives_arrive_whole(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """An upload of many pieces arrives byte for byte."""
    archive = tmp_path / "code.zip"
    archive.write_bytes(bytes(range(256)) * 20_000)
    rest.on("POST", APPLY, answer())
    assert run("algorithm", "apply", "big", "--codePath", archive).exit_code == 0
    assert rest.only("POST", APPLY).files["file"] == archive.read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("env: python", "has no name"),
        ("name: other", "the file says name: other"),
        ("resources: {cpus: 1}", "resources has no key cpus"),
        ("resources: {cpu: 1}\ncpu: 2", "resources.cpu and cpu say the same thing"),
        ("resources: 5", "resources should be a mapping"),
        ("code: {path: nowhere}", "there is nothing at"),
        ("code: {path: a.yml}", "neither a folder nor a zip or tar.gz archive"),
        ("- list", "should hold a mapping"),
        ("name: [", "a.yml, line 1, column 8"),
    ],
)
def test_bad_definitions_are_refused_before_anything_is_sent(
    run: Run, rest: FakeRest, tmp_path: Path, text: str, message: str
) -> None:
    """Each mistake has a sentence that names it, and exit code 2."""
    file = tmp_path / "a.yml"
    file.write_text(text)
    names = () if text == "env: python" else ("range",)
    shown = run("algorithm", "apply", *names, "-f", file)
    assert shown.exit_code == 2
    assert message in shown.stderr
    assert rest.seen == []


def test_list_get_and_delete(run: Run, rest: FakeRest) -> None:
    """A table for people, the document itself for `get`, the server's sentence for `delete`."""
    stored = {
        "name": "range",
        "env": "python",
        "type": "Code",
        "cpu": 0.5,
        "mem": "512Mi",
        "options": {"pending": True},
    }
    rest.on("GET", f"{API}/store/algorithms", [stored])
    rest.on("GET", f"{API}/store/algorithms/range", stored)
    rest.on("DELETE", f"{API}/store/algorithms/range", {"message": "algorithm range successfully deleted"})
    assert run("algorithm", "list", "--name", "ra").stdout == (
        "NAME   ENV     TYPE  CPU  MEM    VERSION   MODIFIED\nrange  python  Code  0.5  512Mi  building\n"
    )
    assert run("algorithm", "get", "range").stdout.startswith("name: range\nenv: python\n")
    deleted = run("algorithm", "delete", "range", "--force", "--versions")
    assert deleted.stdout == "algorithm range successfully deleted\n"
    assert rest.only("DELETE", f"{API}/store/algorithms/range").query == {"force": "true", "keepOldVersions": "false"}


def test_a_refusal_of_the_server_is_passed_on(run: Run, rest: FakeRest) -> None:
    """The rule that the definition breaks comes from the server, with exit code 2."""
    rest.on("POST", APPLY, error(400, "data.cpu should be >= 0"))
    shown = run("algorithm", "apply", "x", "--image", "y")
    assert (shown.exit_code, shown.stderr) == (2, "error: data.cpu should be >= 0\n")


def test_builds(run: Run, rest: FakeRest) -> None:
    """Status, list and log of builds; the log fails like the build."""
    failed = build("failed", "one", "two", count=2, error="bad")
    rest.on("GET", f"{API}/builds/status/range-abc123", failed["build"])
    rest.on("GET", f"{API}/builds/list/range", [failed["build"]])
    rest.on("GET", f"{API}/builds/list", [])
    rest.on("GET", f"{API}/watch/build/range-abc123", events(failed))
    assert "status:         failed" in run("build", "status", "range-abc123").stdout
    assert "range-abc123  range" in run("build", "list", "range").stdout
    assert run("build", "list", "-o", "json").stdout == "[]\n"
    logs = run("build", "logs", "range-abc123")
    assert (logs.exit_code, logs.stdout) == (1, "one\ntwo\n")
    assert json.loads(run("build", "logs", "range-abc123", "-o", "json").stdout)["lines"] == ["one", "two"]
