"""Versions, readmes, experiments, builds, and taking what is stored elsewhere as files."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, error, events

API = "/api/v1"
APPLY = f"{API}/store/algorithms/apply"
VERSION = {
    "version": "7mnctliekh", "semver": "1.0.1", "versionAlias": "good", "pinned": True, "tags": ["fast"],
    "createdBy": "ada", "name": "range",
}  # fmt: skip


# versions


def test_the_current_version_has_a_star(run: Run, rest: FakeRest) -> None:
    """Versions newest first; the one in the store is marked."""
    rest.on("GET", f"{API}/versions/algorithms/range", [{"version": "new"}, VERSION])
    rest.on("GET", f"{API}/store/algorithms/range", {"name": "range", "version": "7mnctliekh"})
    assert run("algorithm", "versions", "list", "range").stdout.splitlines() == [
        "   VERSION     NUMBER  ALIAS  TAGS          CREATED  BY",
        "   new",
        "*  7mnctliekh  1.0.1   good   pinned, fast           ada",
    ]


def test_versions_of_what_was_deleted(run: Run, rest: FakeRest) -> None:
    """Old versions may be left: none is the current one. As data nothing but the list is asked for."""
    rest.on("GET", f"{API}/versions/pipelines/gone", [VERSION])
    rest.on("GET", f"{API}/store/pipelines/gone", error(404, "pipeline gone Not Found"))
    assert "\n  7mnctliekh" in run("pipeline", "versions", "list", "gone").stdout
    rest.seen.clear()
    assert json.loads(run("pipeline", "version", "list", "gone", "-o", "json").stdout) == [VERSION]
    assert len(rest.seen) == 1


@pytest.mark.parametrize(
    ("words", "route", "body", "text"),
    [
        (
            ("algorithm", "versions", "apply", "range", "v1", "--force"),
            ("POST", "algorithms/apply"),
            {"name": "range", "version": "v1", "force": True},
            "algorithm range is at version v1\n",
        ),
        (
            ("pipeline", "versions", "apply", "numbers", "v1"),
            ("POST", "pipelines/apply"),
            {"name": "numbers", "version": "v1"},
            "pipeline numbers is at version v1\n",
        ),
        (
            ("algorithm", "versions", "tag", "range", "v1", "a", "b", "--pin"),
            ("POST", "algorithms/tag"),
            {"name": "range", "version": "v1", "tags": ["a", "b"], "pinned": True},
            "version v1 is tagged\n",
        ),
        (
            ("pipeline", "versions", "alias", "numbers", "v1", "stable"),
            ("PUT", "pipelines/alias"),
            {"version": "v1", "alias": "stable"},
            "version v1 is called stable\n",
        ),
        (
            ("algorithm", "versions", "delete", "range", "v1"),
            ("DELETE", "algorithms/range/v1"),
            None,
            "version v1 is deleted\n",
        ),
    ],
)
def test_changes_of_versions(
    run: Run, rest: FakeRest, words: tuple[str, ...], route: tuple[str, str], body: Any, text: str
) -> None:
    """Each is one request, and one sentence."""
    rest.on(route[0], f"{API}/versions/{route[1]}", VERSION)
    shown = run(*words)
    assert (shown.exit_code, shown.stdout) == (0, text)
    assert rest.only(route[0], f"{API}/versions/{route[1]}").body == body


def test_a_version_in_use_is_applied_with_force(run: Run, rest: FakeRest) -> None:
    """The refusal of the server, then the command that does it all the same."""
    refusal = error(400, 'there is a running pipeline which depends on "range" algorithm')
    rest.on("POST", f"{API}/versions/algorithms/apply", refusal)
    shown = run("algorithm", "versions", "apply", "range", "v1")
    assert shown.exit_code == 2
    assert "distributedkubectl algorithm versions apply range v1 --force" in shown.stderr


def test_an_unknown_version_said_with_200(run: Run, rest: FakeRest) -> None:
    """The contract answers an alias of an unknown version with 200; the command says that there is none."""
    rest.on("PUT", f"{API}/versions/algorithms/alias", {"type": "NOT_FOUND", "metaData": {"id": "v9"}})
    shown = run("algorithm", "versions", "alias", "range", "v9", "x")
    assert (shown.exit_code, shown.stdout) == (4, "")
    assert "algorithm versions list range" in shown.stderr


# apply and build


def test_the_version_of_an_apply_is_made_current(run: Run, rest: FakeRest) -> None:
    """--setCurrent applies the version that the build has made, whoever uses the algorithm."""
    rest.on("POST", APPLY, {"buildId": "b1", "messages": [], "messagesCode": [], "algorithm": {"name": "range"}})
    built = {"build": {"buildId": "b1", "status": "completed", "version": "v2"}, "lines": []}
    rest.on("GET", f"{API}/watch/build/b1", events(built))
    rest.on("POST", f"{API}/versions/algorithms/apply", {"version": "v2"})
    shown = run("algorithm", "apply", "range", "--set", "minHotWorkers=1", "--setCurrent")
    assert (shown.exit_code, shown.stdout) == (0, "algorithm range is applied, version v2\n")
    assert rest.only("POST", APPLY).body["payload"] == {"name": "range", "minHotWorkers": 1}
    body = rest.only("POST", f"{API}/versions/algorithms/apply").body
    assert body == {"name": "range", "version": "v2", "force": True}


def test_a_version_that_is_not_current_is_said(run: Run, rest: FakeRest) -> None:
    """A change of an existing algorithm makes a version alone; how to use it is said."""
    answer = {"messages": ["made"], "messagesCode": [1024], "algorithm": {"name": "eye", "version": "v2"}}
    rest.on("POST", APPLY, answer)
    shown = run("algorithm", "apply", "eye", "--image", "eye:2")
    assert shown.stdout == "algorithm eye is applied, version v2\n"
    assert "algorithm versions apply eye v2" in shown.stderr


def test_a_readme_goes_along(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """--readmeFile is stored after the algorithm."""
    rest.on("POST", APPLY, {"messages": [], "messagesCode": [], "algorithm": {"name": "eye"}})
    rest.on("POST", f"{API}/readme/algorithms/eye", {"message": "OK"})
    (tmp_path / "about.md").write_text("# Eye")
    assert run("algorithm", "apply", "eye", "--image", "e", "--readmeFile", tmp_path / "about.md").exit_code == 0
    assert rest.only("POST", f"{API}/readme/algorithms/eye").files == {"README.md": b"# Eye"}


def test_building_again(run: Run, rest: FakeRest) -> None:
    """`algorithm build` forces a build of what is stored; of an unknown algorithm nothing is made."""
    rest.on("GET", f"{API}/store/algorithms/range", {"name": "range"})
    rest.on("POST", APPLY, {"buildId": "b1", "messages": [], "messagesCode": [1020], "algorithm": {"name": "range"}})
    assert run("algorithm", "build", "range", "--noWait").stdout == "build: b1\n"
    sent = rest.only("POST", APPLY).body
    assert sent == {"payload": {"name": "range"}, "options": {"forceUpdate": False, "forceBuild": True}}
    rest.on("GET", f"{API}/store/algorithms/none", error(404, "algorithm none Not Found"))
    assert run("algorithm", "build", "none").exit_code == 4
    assert len(rest.seen) == 3


def test_builds_are_stopped_and_repeated(run: Run, rest: FakeRest) -> None:
    """The wrong moment is a refusal with exit code 5; a repeated build may be followed."""
    rest.on("POST", f"{API}/builds/stop", {"message": "OK"}, error(400, "unable to stop build"))
    assert run("build", "stop", "b1").stdout == "stopped b1\n"
    refused = run("build", "stop", "b1")
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (5, "error: unable to stop build")
    rest.on("POST", f"{API}/builds/rerun", {"message": "OK"})
    rest.on("GET", f"{API}/watch/build/b1", events({"build": {"buildId": "b1", "status": "failed", "error": "E"}}))
    assert run("build", "rerun", "b1").stdout == "building b1\n"
    followed = run("build", "rerun", "b1", "--follow")
    assert followed.exit_code == 1
    assert "build b1 failed: E" in followed.stderr


def test_debug_says_that_it_comes_later(run: Run, rest: FakeRest) -> None:
    """It is refused without a request, and says what to do instead."""
    shown = run("algorithm", "debug", "range")
    assert (shown.exit_code, rest.seen) == (5, [])
    assert "later release" in shown.stderr


# readme and experiments


def test_readme(run: Run, rest: FakeRest) -> None:
    """Text in, text out; a missing one says how to write it."""
    route = f"{API}/readme/pipelines/numbers"
    rest.on("GET", route, {"name": "numbers", "readme": "# Numbers\n"}, error(404, "readme numbers Not Found"))
    rest.on("POST", route, {"message": "OK"})
    rest.on("DELETE", route, {"message": "OK"})
    assert run("readme", "get", "pipeline", "numbers").stdout == "# Numbers\n"
    assert run("readme", "set", "pipeline", "numbers", "-", stdin="# New").exit_code == 0
    assert rest.only("POST", route).files == {"README.md": b"# New"}
    assert run("readme", "delete", "pipeline", "numbers").exit_code == 0
    missing = run("readme", "get", "pipeline", "numbers")
    assert missing.exit_code == 4
    assert "readme set pipeline numbers README.md" in missing.stderr


def test_a_readme_that_cannot_be_read(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """A missing file and one that is far too long: nothing is sent."""
    assert run("readme", "set", "algorithm", "x", tmp_path / "no.md").exit_code == 2
    (tmp_path / "long.md").write_bytes(b"x" * (1024 * 1024 + 1))
    assert "longer than 1024 KiB" in run("readme", "set", "algorithm", "x", tmp_path / "long.md").stderr
    assert rest.seen == []


def test_experiments(run: Run, rest: FakeRest) -> None:
    """Listed, made and deleted; the latter takes a --yes where nobody can be asked."""
    rest.on("GET", f"{API}/experiment", [{"name": "main", "description": "the default", "created": 0}])
    rest.on("POST", f"{API}/experiment", {"message": "OK", "name": "spring"})
    rest.on("DELETE", f"{API}/experiment/spring", {"message": "deleted successfully", "name": "spring"})
    assert "main        the default" in run("experiment", "list").stdout
    assert run("experiment", "create", "spring", "--description", "new").stdout == "experiment spring is created\n"
    assert rest.only("POST", f"{API}/experiment").body == {"name": "spring", "description": "new"}
    unasked = run("experiment", "delete", "spring")
    assert unasked.exit_code == 2
    assert "--yes" in unasked.stderr
    assert run("experiment", "delete", "spring", "--yes").stdout == "experiment spring is deleted\n"


# export and import


@pytest.mark.parametrize(("form", "suffix"), [("yaml", "yml"), ("json", "json")])
def test_what_is_exported_can_be_imported(run: Run, rest: FakeRest, tmp_path: Path, form: str, suffix: str) -> None:
    """A file for each, without what the server adds; all of them go back with one request for each kind."""
    algorithm = {"name": "range", "cpu": 0.1, "version": "v", "created": 1, "modified": 2, "auditTrail": []}
    rest.on("GET", f"{API}/store/algorithms", [algorithm])
    rest.on("GET", f"{API}/store/pipelines", [{"name": "numbers", "nodes": [], "modified": 2}])
    run("export", "all", "--out", tmp_path, "--format", form)
    saved = tmp_path / "algorithms" / f"range.{suffix}"
    assert (json.loads if form == "json" else yaml.safe_load)(saved.read_text()) == {"name": "range", "cpu": 0.1}
    rest.on("POST", f"{API}/store/algorithms", [{"name": "range"}])
    rest.on("POST", f"{API}/store/pipelines", [{"name": "numbers"}])
    shown = run("import", "all", "--f", tmp_path, "--overwrite")
    assert (shown.exit_code, shown.stdout) == (
        0,
        "KIND        NAME     OUTCOME\nalgorithms  range    stored\npipelines   numbers  stored\n",
    )
    sent = rest.only("POST", f"{API}/store/pipelines")
    assert (sent.body, sent.query) == ([{"name": "numbers", "nodes": []}], {"overwrite": "true"})
    assert rest.only("POST", f"{API}/store/algorithms").body == [{"name": "range", "cpu": 0.1}]


def test_an_import_says_what_became_of_each(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """One refused item does not hide the others; exit code 1, and how to replace."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yml").write_text(f"name: {name}")
    refusal = {"error": {"code": 409, "message": "pipeline b already exists"}}
    rest.on("POST", f"{API}/store/pipelines", [{"name": "a"}, refusal])
    shown = run("import", "pipelines", "-f", tmp_path)
    assert shown.exit_code == 1
    assert "pipelines  a     stored\npipelines  b     pipeline b already exists\n" in shown.stdout
    assert "--overwrite" in shown.stderr


def test_a_bad_file_stops_an_import_before_it_begins(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """All files are read first; an empty folder is no import."""
    assert run("import", "pipelines", "-f", tmp_path).exit_code == 2
    (tmp_path / "a.yml").write_text("name: a")
    (tmp_path / "b.yml").write_text("name: [")
    assert "b.yml, line 1" in run("import", "pipelines", "-f", tmp_path).stderr
    assert rest.seen == []


def test_an_error_in_an_answer_of_201_is_one(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """Some routes answer a refused single item with 201 and an error inside."""
    rest.on("POST", f"{API}/store/pipelines", {"error": {"code": 400, "message": "data.x"}}, status=201)
    (tmp_path / "a.yml").write_text("name: a")
    shown = run("pipeline", "store", "-f", tmp_path / "a.yml")
    assert (shown.exit_code, shown.stderr) == (2, "error: data.x\n")
