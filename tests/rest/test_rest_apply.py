"""Applying algorithms: what each kind of change sets off, its codes and texts, and what is current afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from zipfile import ZipFile, ZipInfo

import httpx
import pytest

from tests.rest.conftest import ECHO
from tests.rest.server import Rest, error, httpx_json

Fresh = Callable[[str], str]

NOTES = {
    1020: "a build was triggered due to force flag",
    1021: "a build was triggered due to first algorithm update",
    1022: "a build was triggered due to change in {}",
    1023: "the algorithm {} has been successfully pushed to hkube",
    1024: "a new version of algorithm {} has been created",
    1025: "there was no trigger for build, no change in checksum,env,commit,baseImage,dependencyInstallCmd",
}


def zipped(code: str = ECHO) -> tuple[str, bytes]:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(ZipInfo("main.py"), code)  # Of no date: the same code is the same archive.
    return "code.zip", packed.getvalue()


def apply(rest: Rest, algorithm: dict[str, Any], file: tuple[str, bytes] | None = None, **options: bool) -> Any:
    """A form as clients send it; returns what the apply says."""
    answer = form(rest, algorithm, file, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def form(
    rest: Rest, algorithm: dict[str, Any], file: tuple[str, bytes] | None = None, **options: bool
) -> httpx.Response:
    # Without a file some clients send an empty text under its name.
    fields = {"payload": httpx_json(algorithm), "options": httpx_json(options), **({} if file else {"file": ""})}
    parts: Any = [(name, (None, value)) for name, value in fields.items()]
    return rest.call("POST", "store/algorithms/apply", files=[*parts, *([("file", file)] if file else [])])


def current(rest: Rest, name: str) -> Any:
    answer = rest.get(f"store/algorithms/{name}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def built(rest: Rest, build_id: str) -> Any:
    """Waits for the end of a build."""
    return rest.follow(f"watch/build/{build_id}")["build"]


def semvers(rest: Rest, name: str) -> list[str]:
    return [version["semver"] for version in rest.get(f"versions/algorithms/{name}").json()]


@pytest.mark.covers(
    "POST /api/v1/store/algorithms",
    "POST /api/v1/store/algorithms/apply",
    "PUT /api/v1/store/algorithms",
    "GET /api/v1/store/algorithms/{name}",
    "DELETE /api/v1/store/algorithms/{name}",
)
def test_an_image_through_its_life(rest: Rest, fresh: Fresh) -> None:
    """Create, apply, force, repeat, put, overwrite, go back: versions count up, and current changes only when it may."""
    name = fresh("life")
    answer = rest.post("store/algorithms", {"name": name, "algorithmImage": "img:1"})
    first = answer.json()
    assert answer.status_code == 201
    assert first == {
        "name": name,
        "algorithmImage": "img:1",
        "type": "Image",
        "cpu": 0.1,
        "mem": "256Mi",
        "options": {"pending": False},
        "minHotWorkers": 0,
        "reservedMemory": "52Mi",
        "version": first["version"],
        "auditTrail": [{"user": "defaultUser", "timestamp": first["created"], "version": first["version"]}],
        "created": first["created"],
        "modified": first["created"],
    }
    changed = apply(rest, {"name": name, "cpu": 0.5})
    assert changed["messagesCode"] == [1024]
    assert changed["messages"] == [NOTES[1024].format(name)]
    assert changed["algorithm"]["version"] != first["version"]
    assert current(rest, name) == first
    forced = apply(rest, {"name": name, "cpu": 0.7}, forceUpdate=True)
    assert (forced["messagesCode"], forced["messages"][1]) == ([1024, 1023], NOTES[1023].format(name))
    now = current(rest, name)
    assert now == forced["algorithm"]
    assert (now["cpu"], now["version"], len(now["auditTrail"])) == (0.7, forced["algorithm"]["version"], 2)
    again = apply(rest, {"name": name, "cpu": 0.7}, forceUpdate=True)
    assert (again["messages"], again["messagesCode"], "buildId" in again) == ([], [], False)
    put = rest.put("store/algorithms", {"name": name, "cpu": 0.9})
    assert (put.status_code, put.json()["cpu"]) == (200, 0.9)
    assert put.json()["version"] != now["version"]
    assert current(rest, name) == now
    over = rest.post("store/algorithms?overwrite=true", {"name": name, "algorithmImage": "img:1", "cpu": 0.95})
    assert over.status_code == 201
    assert current(rest, name) == over.json()
    assert semvers(rest, name) == ["1.0.4", "1.0.3", "1.0.2", "1.0.1", "1.0.0"]
    back = rest.post("versions/algorithms/apply", {"name": name, "version": first["version"]})
    assert back.status_code == 201
    restored = current(rest, name)
    assert back.json()["algorithm"] == restored
    assert (restored["version"], restored["cpu"], len(restored["auditTrail"])) == (first["version"], 0.1, 4)
    assert restored["created"] == restored["modified"] == restored["auditTrail"][0]["timestamp"]
    used = rest.delete(f"versions/algorithms/{name}/{first['version']}")
    assert error(used) == (400, "unable to remove the currently used version")
    deleted = rest.delete(f"store/algorithms/{name}").json()
    assert deleted == {"message": f"algorithm {name} successfully deleted from store. related data deleted: "}


def test_code_through_its_life(rest: Rest, fresh: Fresh) -> None:
    """Each row of the table of builds, versions and messages."""
    name = fresh("code")
    described = {"name": name, "env": "python", "mem": "64Mi"}
    new = apply(rest, described, zipped())
    assert new["messagesCode"] == [1021, 1023]
    assert new["messages"][0].startswith(NOTES[1021])
    assert new["algorithm"]["options"] == {"pending": True}
    assert semvers(rest, name) == [] or built(rest, new["buildId"])["status"] == "completed"
    build = built(rest, new["buildId"])
    one = current(rest, name)
    assert (one["options"], one["version"], one["type"]) == ({"pending": False}, build["version"], "Code")
    assert one["algorithmImage"] == build["algorithmImage"]
    assert [entry["version"] for entry in one["auditTrail"]] == [one["version"]]
    (version,) = rest.get(f"versions/algorithms/{name}").json()
    assert (version["buildId"], version["semver"], "createdBy" in version) == (new["buildId"], build["semver"], False)

    same = apply(rest, described, zipped())
    assert (same["messagesCode"], same["messages"], "buildId" in same) == ([1025], [NOTES[1025]], False)
    assert apply(rest, described)["messagesCode"] == []
    other = apply(rest, {**described, "cpu": 0.2}, zipped())
    assert other["messagesCode"] == [1025, 1024]
    assert current(rest, name) == one

    changed = apply(rest, described, zipped(ECHO + "# more\n"))
    assert changed["messagesCode"] == [1022]
    assert changed["messages"][0].startswith(NOTES[1022].format("checksum"))
    built(rest, changed["buildId"])
    two = current(rest, name)
    assert two["version"] not in (one["version"], other["algorithm"]["version"])
    assert (two["cpu"], two["created"]) == (0.1, one["created"])
    assert [entry["version"] for entry in two["auditTrail"]] == [two["version"]]

    forced = apply(rest, described, forceBuild=True)
    assert (forced["messagesCode"], forced["messages"][0].partition(".")[0]) == ([1020], NOTES[1020])
    built(rest, forced["buildId"])
    both = apply(rest, {**described, "baseImage": "b:1"}, forceUpdate=True)
    assert both["messagesCode"] == [1022, 1023]
    assert both["messages"][0].startswith(NOTES[1022].format("baseImage"))
    built(rest, both["buildId"])
    assert len(current(rest, name)["auditTrail"]) == 2
    assert semvers(rest, name) == ["1.0.4", "1.0.3", "1.0.2", "1.0.1", "1.0.0"]


def test_a_build_leaves_current_alone_while_jobs_use_it(rest: Rest, fresh: Fresh) -> None:
    """Its version waits to be applied, and the algorithm says so with 901 until one is."""
    name = fresh("busy")
    code = "import threading\ngone = threading.Event()\ndef start(args):\n    gone.wait()\ndef stop(args):\n    gone.set()\n"
    rest.apply_code(name, code)
    one = current(rest, name)
    job = rest.run({"name": name, "nodes": [{"nodeName": "a", "algorithmName": name, "input": []}]})
    changed = apply(rest, {"name": name, "env": "python"}, zipped())
    build = built(rest, changed["buildId"])
    assert current(rest, name) == {**one, "errors": [901]}
    body = {"name": name, "version": build["version"]}
    refused = rest.post("versions/algorithms/apply", body)
    assert error(refused) == (400, f'there is a running pipeline which depends on "{name}" algorithm')
    assert refused.json()["error"]["details"] == [job]
    second = rest.run({"name": name, "nodes": [{"nodeName": "a", "algorithmName": name, "input": []}]})
    refused = rest.post("versions/algorithms/apply", body)
    assert error(refused) == (400, f'there are 2 running pipelines which depend on "{name}" algorithm')
    assert sorted(refused.json()["error"]["details"]) == sorted([job, second])
    applied = rest.post("versions/algorithms/apply", {**body, "force": True})
    assert applied.status_code == 201
    now = current(rest, name)
    assert (now["version"], "errors" in now) == (build["version"], False)
    for job_id in (job, second):
        rest.post("exec/stop", {"jobId": job_id})
        rest.ended(job_id)


def test_a_failed_first_build_is_repeated_by_the_next_apply(rest: Rest, fresh: Fresh) -> None:
    """The algorithm stays pending, and cannot be used; the same code is built again, as nothing else could help."""
    name = fresh("broken")
    described = {"name": name, "env": "python"}
    new = apply(rest, described, zipped("def other():\n    pass\n"))
    assert built(rest, new["buildId"])["status"] == "failed"
    assert current(rest, name)["options"]["pending"] is True
    assert semvers(rest, name) == []
    refused = rest.post("exec/raw", {"name": "p", "nodes": [{"nodeName": "a", "algorithmName": name, "input": []}]})
    assert error(refused) == (400, f"missing image for algorithm {name}")
    again = apply(rest, described)
    assert again["messagesCode"] == [1021, 1023]
    assert built(rest, again["buildId"])["status"] == "failed"
    good = apply(rest, described, zipped())
    assert built(rest, good["buildId"])["status"] == "completed"
    assert current(rest, name)["options"]["pending"] is False


def test_old_versions_run_again(rest: Rest, fresh: Fresh) -> None:
    """A version that is applied runs from what it was built to, whatever was built since."""
    name = fresh("runs")
    for text in ("one", "two"):
        rest.apply_code(name, f"def start(args):\n    return '{text}'\n")
    two, one = rest.get(f"versions/algorithms/{name}").json()
    for version, text in ((one, "one"), (two, "two")):
        assert rest.post("versions/algorithms/apply", {"name": name, "version": version["version"]}).status_code == 201
        job = rest.run({"name": name, "nodes": [{"nodeName": "a", "algorithmName": name, "input": []}]})
        assert rest.ended(job)["status"] == "completed"
        assert rest.get(f"exec/results/{job}").json()["data"][0]["result"] == text


def test_a_version_saved_as_a_new_algorithm(rest: Rest, fresh: Fresh) -> None:
    """Its descriptor under a new name runs from what was built before; a folder that no build made is refused."""
    name, copy = fresh("saved"), fresh("copy")
    rest.apply_code(name, "def start(args):\n    return 'here'\n")
    descriptor = rest.get(f"versions/algorithms/{name}").json()[0]["algorithm"]
    for key in ("version", "created", "modified", "type"):
        descriptor.pop(key, None)
    saved = rest.post("store/algorithms", {**descriptor, "name": copy})
    assert (saved.status_code, saved.json()["options"]) == (201, {"pending": False}), saved.text
    job = rest.run({"name": copy, "nodes": [{"nodeName": "a", "algorithmName": copy, "input": []}]})
    assert rest.ended(job)["status"] == "completed"
    wrong = rest.post("store/algorithms", {"name": fresh("wrong"), "algorithmImage": "env:python:/etc"})
    assert wrong.status_code == 201
    assert wrong.json()["error"]["message"] == "env:python:/etc is nothing that a build here has made"


def test_git_is_accepted_and_its_build_says_what_is_missing(rest: Rest, fresh: Fresh) -> None:
    """Addresses and defaults are filled in, the token is never shown, and nothing is lost: a push is taken too."""
    name, url = fresh("git"), f"https://git.example/{fresh('group')}/thing"
    repository = {"url": f"{url}.git", "token": "secret"}
    new = apply(rest, {"name": name, "env": "python", "gitRepository": repository})
    assert new["messagesCode"] == [1021, 1023]
    assert "secret" not in str(new)
    build = built(rest, new["buildId"])
    assert build["status"] == "failed"
    assert build["error"].startswith(f"{url}.git cannot be cloned: this installation builds from archives only")
    stored = current(rest, name)
    assert (stored["type"], stored["options"]["pending"]) == ("Git", True)
    assert stored["gitRepository"] == {
        "url": f"{url}.git", "branchName": "master", "gitKind": "github", "webUrl": url, "cloneUrl": f"{url}.git",
    }  # fmt: skip


def test_null_removes_and_unknown_keys_stay(rest: Rest, fresh: Fresh) -> None:
    """Keys of nobody's are stored as they came; null takes any key away, and empty lists and objects do too."""
    name = fresh("keys")
    rest.post(
        "store/algorithms",
        {"name": name, "algorithmImage": "i", "userInfo": {"a": [1.10]}, "labels": {"aa": "bb"}, "maxWorkers": 3},
    )
    stored = current(rest, name)
    assert (stored["userInfo"], stored["labels"], stored["maxWorkers"]) == ({"a": [1.10]}, {"aa": "bb"}, 3)
    apply(rest, {"name": name, "description": "d"}, forceUpdate=True)
    assert current(rest, name)["userInfo"] == {"a": [1.10]}
    apply(rest, {"name": name, "userInfo": None, "labels": {}, "maxWorkers": None}, forceUpdate=True)
    assert current(rest, name).keys() & {"userInfo", "labels", "maxWorkers"} == set()


def test_what_counts_as_a_change(rest: Rest, fresh: Fresh) -> None:
    """The same values written otherwise are none, and neither is what the server added; removing a computed value is one."""
    name = fresh("diff")
    kai = {"queue": "q", "fraction": 0.5}
    stored = rest.post(
        "store/algorithms", {"name": name, "algorithmImage": "i", "kaiObject": kai, "zz": {"a": 1, "b": 2}}
    )
    assert stored.status_code == 201
    assert apply(rest, current(rest, name))["messagesCode"] == []
    turned = {"name": name, "kaiObject": {"fraction": 0.5, "queue": "q"}, "zz": {"b": 2, "a": 1}}
    assert apply(rest, turned)["messagesCode"] == []
    assert apply(rest, {"name": name, "reservedMemory": "52Mi"})["messagesCode"] == []
    assert apply(rest, {"name": name, "reservedMemory": None})["messagesCode"] == [1024]
    assert apply(rest, {"name": name, "options": {"devMode": True}})["messagesCode"] == [1024]


def test_many_changes_at_once_are_as_many_versions(rest: Rest, fresh: Fresh) -> None:
    """Each gets a number of its own."""
    name = fresh("race")
    rest.post("store/algorithms", {"name": name, "algorithmImage": "i"})
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(lambda cpu: form(rest, {"name": name, "cpu": cpu / 10}, forceUpdate=True), range(2, 10)):
            assert answer.status_code == 200, answer.text
    assert semvers(rest, name) == [f"1.0.{n}" for n in range(8, -1, -1)]
    assert current(rest, name)["version"] == rest.get(f"versions/algorithms/{name}").json()[0]["version"]
