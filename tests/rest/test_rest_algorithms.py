"""Stored algorithms: every text of a refusal, lists and searches, deletion with what depends on it, and forms."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.conftest import ECHO
from tests.rest.events import watching_one
from tests.rest.server import Rest, error, httpx_json
from tests.rest.test_rest_apply import apply, current, form, zipped

Fresh = Callable[[str], str]

ENV = "data should be equal to one of the allowed values (fieldRef,configMapKeyRef,resourceFieldRef,secretKeyRef)"
FORM = (
    "must beginning and ending with an alphanumeric character with dashes (-), underscores (_), dots (.), and "
    "alphanumerics betweens"
)
PREFIX = (
    "must be a lowercase RFC 1123 subdomain and must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character"
)
UNITS = "Ki,M,Mi,Gi,m,K,G,T,Ti"
SIDE_CAR = {"container": {"name": "s", "image": "i"}}

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": "X_y"}, "algorithm name must contain only lower-case alphanumeric, dash or dot"),
    ({"name": "a" * 33}, "data.name should NOT be longer than 32 characters"),
    ({"algorithmImage": "a b"}, "algorithm image must contain only lower-case alphanumeric, dash or dot"),
    ({"kind": "odd"}, "data.kind should be equal to one of the allowed values (batch,stream)"),
    ({"kind": "debug"}, "data.kind should be equal to one of the allowed values (batch,stream)"),
    ({"type": "odd"}, "data.type should be equal to one of the allowed values (Git,Code,Image)"),
    ({"stateType": "odd"}, "data.stateType should be equal to one of the allowed values (stateless,stateful)"),
    ({"cpu": "x"}, "data.cpu should be number"),
    ({"cpu": -1}, "data.cpu should be >= 0"),
    ({"gpu": -1}, "data.gpu should be >= 0"),
    ({"minHotWorkers": -1}, "data.minHotWorkers should be >= 0"),
    ({"minHotWorkers": 0.5}, "data.minHotWorkers should be integer"),
    ({"maxWorkers": -1}, "data.maxWorkers should be >= 0"),
    ({"quotaGuarantee": -1}, "data.quotaGuarantee should be >= 0"),
    ({"options": "x"}, "data.options should be object"),
    ({"maxWorkers": "x"}, "data.maxWorkers should be integer,null"),
    ({"entryPoint": []}, "data.entryPoint should be string,null"),
    ({"labels": []}, "data.labels should be object,null"),
    ({"algorithmEnv": "x"}, "data.algorithmEnv should be object,null"),
    ({"nodeSelector": 1}, "data.nodeSelector should be object,null"),
    ({"kaiObject": []}, "data.kaiObject should be object,null"),
    ({"mounts": {}}, "data.mounts should be array,null"),
    ({"mounts": ["x"]}, "data.mounts[0] should be object"),
    ({"sideCars": {}}, "data.sideCars should be array,null"),
    ({"options": {"devMode": "x"}}, "data.options.devMode should be boolean"),
    ({"mem": "512"}, f"memory unit must be one of {UNITS}"),
    ({"mem": "512Zi"}, f"Zi is not a valid unit [{UNITS}]"),
    ({"mem": "3Mi"}, "memory must be at least 4 Mi"),
    ({"mem": "4000Ki"}, "memory must be at least 4 Mi"),
    ({"reservedMemory": "5"}, f"memory unit must be one of {UNITS}"),
    ({"reservedMemory": "5X"}, f"X is not a valid unit [{UNITS}]"),
    ({"algorithmEnv": {"A": {"other": 1}}}, ENV),
    ({"workerEnv": {"A": {}}}, ENV),
    ({"algorithmEnv": {"A": [1]}}, ENV),
    ({"mounts": [{"path": "/a"}]}, "data.mounts[0] should have required property 'pvcName'"),
    ({"mounts": [{"pvcName": "aa"}]}, "data.mounts[0] should have required property 'path'"),
    ({"mounts": [{"pvcName": "", "path": "/a"}]}, "data.mounts[0].pvcName should NOT be shorter than 1 characters"),
    ({"mounts": [{"pvcName": "A_", "path": "/a"}]}, 'data.mounts[0].pvcName should match format "algorithm-mount-pvc"'),
    ({"mounts": [{"pvcName": "aa", "path": "/a "}]}, 'data.mounts[0].path should match format "path"'),
    (
        {"mounts": [{"pvcName": "aa", "path": "/a", "volumeType": "x"}]},
        "data.mounts[0].volumeType should be equal to one of the allowed values (emptyDir,configMap)",
    ),
    (
        {"mounts": [{"pvcName": "aa", "path": "/a"}] * 2},
        "data.mounts should NOT have duplicate items (items ## 0 and 1 are identical)",
    ),
    ({"volumes": {}}, "data.volumes should be array"),
    ({"volumes": [{}]}, "data.volumes[0] should have required property 'name'"),
    ({"volumes": [{"name": "v", "secret": 1}]}, "data.volumes[0].secret should be object"),
    ({"volumeMounts": [{"name": "v"}]}, "data.volumeMounts[0] should have required property 'mountPath'"),
    ({"sideCars": [{}]}, "data.sideCars[0] should have required property 'container'"),
    ({"sideCars": [{"container": {"name": "s"}}]}, "data.sideCars[0].container should have required property 'image'"),
    ({"sideCars": [{**SIDE_CAR, "environments": 1}]}, "data.sideCars[0].environments should be object,null"),
    ({"sideCars": [SIDE_CAR] * 2}, "data.sideCars should NOT have duplicate items (items ## 0 and 1 are identical)"),
    ({"sideCars": [SIDE_CAR, {**SIDE_CAR, "environments": {}}]}, "Sidecar container names must be unique!"),
    ({"securityContext": {"fsGroup": "x"}}, "data.securityContext.fsGroup should be number"),
    ({"kaiObject": {}}, "data.kaiObject should have required property 'queue'"),
    ({"kaiObject": {"queue": "q", "memory": "1"}}, f"memory unit must be one of {UNITS}"),
    (
        {"kaiObject": {"queue": "q", "memory": "1Gi", "fraction": 0.5}},
        'In kaiObject, only one of "memory" or "fraction" can be defined!',
    ),
    ({"workerCustomResources": {"limits": {}}}, "data.workerCustomResources should have required property 'requests'"),
    (
        {"workerCustomResources": {"requests": {"cpu": -1}, "limits": {}}},
        "data.workerCustomResources.requests.cpu should be >= 0",
    ),
    (
        {"workerCustomResources": {"requests": {"memory": "1"}, "limits": {}}},
        f"memory unit must be one of {UNITS}",
    ),
    (
        {"workerCustomResources": {"requests": {"memory": "1Gi", "cpu": 1}, "limits": {}}},
        "algorithm has invalid workerCustomResources: limits.memory must be defined, limits.cpu must be defined",
    ),
    (
        {"workerCustomResources": {"requests": {"cpu": 1}, "limits": {"memory": "1Gi"}}},
        "algorithm has invalid workerCustomResources: requests.memory must be defined, limits.cpu must be defined",
    ),
    ({"labels": {"": "a"}}, "labels key must be a valid string"),
    ({"labels": {"a.b/": "a"}}, "labels key name must be a valid string"),
    ({"labels": {"a" * 64: "a"}}, "labels key name must be 63 characters or less"),
    ({"labels": {"A": "aa"}}, f"labels key name {FORM}"),
    ({"labels": {"-a/bb": "aa"}}, f"labels key prefix {PREFIX}"),
    ({"labels": {"aa": "a" * 64}}, "labels value must be 63 characters or less"),
    ({"labels": {"aa": "-"}}, f"labels value {FORM}"),
    ({"annotations": {"aa": "A"}}, f"annotations value {FORM}"),
    ({"gitRepository": {}}, "data.gitRepository should have required property 'url'"),
    ({"gitRepository": {"url": "git@host:x"}}, 'data.gitRepository.url should match format "url"'),
    ({"gitRepository": {"url": "https://"}}, "invalid url 'https://'"),
    (
        {"gitRepository": {"url": "https://h/x", "gitKind": "x"}},
        "data.gitRepository.gitKind should be equal to one of the allowed values (github,gitlab)",
    ),
    (
        {"gitRepository": {"url": "https://h/x", "commit": {"message": "m"}}},
        "data.gitRepository.commit should have required property 'id'",
    ),
    ({"gitRepository": {"url": "https://h/x"}}, "data should have required property 'env'"),
    ({"algorithmImage": ""}, "cannot apply algorithm due to missing image url or build data"),
    ({"algorithmImage": "", "type": "Code"}, "cannot apply algorithm due to missing image url or build data"),
    ({"userInfo": "x" * 70_000}, "the algorithm takes "),
]


@pytest.mark.parametrize(("change", "text"), REFUSED, ids=[text[:60] for _, text in REFUSED])
@pytest.mark.covers("POST /api/v1/store/algorithms/apply", "POST /api/v1/store/algorithms")
def test_refusals(rest: Rest, fresh: Fresh, change: dict[str, Any], text: str) -> None:
    """An apply is a 400; new ones are answered with 201 and the error inside, but for a bad name; nothing is stored."""
    described = {"name": fresh("bad"), "algorithmImage": "img", **change}
    refused = form(rest, described)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"].startswith(text)
    inserted = rest.post("store/algorithms", described)
    if "name" in change:
        assert error(inserted) == (400, text)
    else:
        assert inserted.status_code == 201
        said = inserted.json()["error"]
        assert (said["name"], said["code"]) == (described["name"], 400)
        assert said["message"].startswith(text)
        assert error(rest.get(f"store/algorithms/{described['name']}")) == (
            404,
            f"algorithm {described['name']} Not Found",
        )


def test_accepted_kinds_of_everything(rest: Rest, fresh: Fresh) -> None:
    """What the rules allow is stored as it was sent."""
    whole = {
        "algorithmImage": "org/img:1", "kind": "stream", "cpu": 1.5, "gpu": 2, "mem": "5Gi", "reservedMemory": "1Gi",
        "minHotWorkers": 1, "maxWorkers": 0, "quotaGuarantee": 3, "applyCpuLimits": True, "stateType": "stateful",
        "algorithmEnv": {"A": 1, "B": "x", "C": {"secretKeyRef": {"name": "s", "key": "k"}}},
        "workerEnv": {"D": True}, "options": {"devMode": False, "opengl": True, "mine": 1},
        "mounts": [{"pvcName": "my-pvc", "path": "/tmp/foo", "volumeType": "emptyDir"}],
        "volumes": [{"name": "v", "emptyDir": {}}], "volumeMounts": [{"name": "v", "mountPath": "/v"}],
        "sideCars": [{**SIDE_CAR, "environments": None}], "securityContext": {"fsGroup": 1000},
        "kaiObject": {"queue": "q", "memory": "1Gi"}, "nodeSelector": {"a": "b", "c": ["d"]},
        "workerCustomResources": {"requests": {"cpu": 1, "memory": "1Gi"}, "limits": {"cpu": 2, "memory": "2Gi"}},
        "labels": {"example.com/aa": "bb", "cc": ""}, "annotations": {"dd": "ee"}, "downloadFileExt": "txt",
    }  # fmt: skip
    name = fresh("whole")
    stored = rest.post("store/algorithms", {"name": name, **whole})
    assert stored.status_code == 201
    whole["options"]["pending"] = False  # type: ignore[index]
    assert {key: stored.json().get(key) for key in whole} == whole


@pytest.mark.parametrize(
    ("name", "image", "unit"),
    [
        ("ki", "8192Ki", "2Mi"),
        ("gi", "1Gi", "205Mi"),
        ("m", "10M", "2Mi"),
        ("small", "4Mi", "1Mi"),
        ("t", "1T", "190735Mi"),
    ],
)
def test_reserved_memory(rest: Rest, fresh: Fresh, name: str, image: str, unit: str) -> None:
    """A fifth of the memory, rounded up to a Mi."""
    stored = rest.post("store/algorithms", {"name": fresh(name), "algorithmImage": "i", "mem": image}).json()
    assert stored["reservedMemory"] == unit


def test_types_do_not_change(rest: Rest, fresh: Fresh) -> None:
    name = fresh("kind")
    rest.post("store/algorithms", {"name": name, "algorithmImage": "i"})
    wanted = (400, 'algorithm type cannot be changed from "Image" to "Code"')
    assert error(form(rest, {"name": name, "type": "Code"})) == wanted
    assert error(form(rest, {"name": name, "env": "python"}, zipped())) == wanted


def test_code_must_fit_some_machine(rest: Rest, fresh: Fresh) -> None:
    """Only what no machine has is listed; nothing is stored, and nothing is known of machines for images."""
    name = fresh("large")
    refused = form(rest, {"name": name, "env": "python", "cpu": 1000, "gpu": 1}, zipped())
    code, text = error(refused)
    assert code == 400
    assert text.startswith("maximum capacity exceeded cpu(local: ")
    assert text.endswith("), gpu(local: 0)")
    assert "mem" not in text
    assert rest.get(f"store/algorithms/{name}").status_code == 404
    assert rest.post("store/algorithms", {"name": name, "algorithmImage": "i", "cpu": 1000}).json()["cpu"] == 1000


# Ways of storing


@pytest.mark.covers("POST /api/v1/store/algorithms")
def test_modes_of_storing(rest: Rest, fresh: Fresh) -> None:
    """Lists answer for each item; what is there is a conflict, or changed when any text says overwrite."""
    one, two = fresh("mode"), fresh("mode")
    assert error(rest.post("store/algorithms", {})) == (400, "data should have required property 'name'")
    listed = rest.post(
        "store/algorithms",
        [{"name": one, "algorithmImage": "i"}, {"algorithmImage": "i"}, {"name": "B_"}, {"name": two, "mem": "1"}],
    )
    assert listed.status_code == 201
    first, *errors = listed.json()
    assert first["name"] == one
    assert errors == [
        {"error": {"code": 400, "message": "data should have required property 'name'"}},
        {
            "error": {
                "name": "B_",
                "code": 400,
                "message": "algorithm name must contain only lower-case alphanumeric, dash or dot",
            }
        },
        {"error": {"name": two, "code": 400, "message": f"memory unit must be one of {UNITS}"}},
    ]
    taken = {"code": 409, "message": f"algorithm {one} already exists"}
    again = {"name": one, "algorithmImage": "j"}
    assert rest.post("store/algorithms", [again]).json() == [{"error": taken}]
    assert error(rest.post("store/algorithms", again)) == (409, taken["message"])
    assert error(rest.post("store/algorithms?overwrite=", again))[0] == 409
    for text in ("false", "undefined", "true"):
        over = rest.post(f"store/algorithms?overwrite={text}", {**again, "cpu": 0.2})
        assert (over.status_code, over.json()["algorithmImage"]) == (201, "j")
    failed = rest.post("store/algorithms?overwrite=true", {**again, "mem": "1"})
    assert failed.status_code == 201
    assert failed.json() == {
        "error": {"name": one, "code": 400, "message": f"Error updating {one} memory unit must be one of {UNITS}"}
    }


def test_texts_in_json(rest: Rest, fresh: Fresh) -> None:
    """The same keys as in a form, holding JSON text or the very object; several payloads are answered one by one."""
    one, two = fresh("text"), fresh("text")
    made = rest.post("store/algorithms", {"payload": httpx_json({"name": one, "algorithmImage": "i"})})
    assert (made.status_code, made.json()["messagesCode"]) == (201, [1024, 1023])
    payloads = [httpx_json({"name": name, "algorithmImage": "i"}) for name in (one, two)]
    listed = rest.post("store/algorithms", {"payload": payloads})
    assert listed.status_code == 201
    assert listed.json()[0] == {"error": {"code": 409, "message": f"algorithm {one} already exists"}}
    assert listed.json()[1]["algorithm"]["name"] == two
    over = rest.post("store/algorithms", {"payload": payloads[:1], "options": '{"allowOverwrite":true}'})
    assert over.status_code == 201
    assert over.json()[0]["messagesCode"] == []
    applied = rest.post(
        "store/algorithms/apply", {"payload": {"name": one, "cpu": 0.3}, "options": {"forceUpdate": True}}
    )
    assert applied.json()["messagesCode"] == [1024, 1023]


@pytest.mark.covers("PUT /api/v1/store/algorithms")
def test_putting(rest: Rest, fresh: Fresh) -> None:
    """Only what is there; the bare algorithm for a bare body, the whole answer for a form; errors are real ones."""
    name = fresh("put")
    assert error(rest.put("store/algorithms", {"name": name})) == (404, f"algorithm {name} Not Found")
    rest.post("store/algorithms", {"name": name, "algorithmImage": "i"})
    assert error(rest.put("store/algorithms", {"name": name, "mem": "1"})) == (
        400,
        f"memory unit must be one of {UNITS}",
    )
    assert rest.put("store/algorithms", {"name": name, "cpu": 0.2}).json()["cpu"] == 0.2
    assert current(rest, name)["cpu"] == 0.1
    forced = rest.put("store/algorithms?forceStopAndApplyVersion=true", {"name": name, "cpu": 0.3})
    assert (forced.json(), forced.json()["cpu"]) == (current(rest, name), 0.3)
    whole = rest.put("store/algorithms", {"payload": httpx_json({"name": name, "cpu": 0.4}), "options": "{}"})
    assert whole.json()["messagesCode"] == [1024]


NEW = ("payload", (None, '{"name":"xx","env":"python"}'))


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ([("payload", (None, "{"))], (400, "not valid JSON: ")),
        ([NEW, ("options", (None, "["))], (400, "not valid JSON: ")),
        ([("payload", (None, "{}"))], (400, 'algorithm should have required property "name"')),
        ([NEW, ("other", ("a.zip", b"x"))], (500, "Unexpected field")),
        (
            [NEW, ("file", ("a.rar", b"Rar!"))],
            (400, "data.fileExt should be equal to one of the allowed values (zip,gz)"),
        ),
        ([NEW, ("file", ("", b""))], (400, "cannot apply algorithm due to missing image url or build data")),
    ],
)
@pytest.mark.covers("POST /api/v1/store/algorithms/apply")
def test_bad_forms(rest: Rest, parts: Any, wanted: tuple[int, str]) -> None:
    code, text = error(rest.call("POST", "store/algorithms/apply", files=parts))
    assert code == wanted[0]
    assert text.startswith(wanted[1])


def test_code_without_env(rest: Rest, fresh: Fresh) -> None:
    assert error(form(rest, {"name": fresh("env")}, zipped())) == (400, "data should have required property 'env'")


# Looking


@pytest.mark.covers("GET /api/v1/store/algorithms")
def test_lists(rest: Rest, fresh: Fresh) -> None:
    """By the time they were first stored, by a part of their name or a pattern."""
    stem = fresh("lst")
    names = [f"{stem}.{letter}" for letter in ("c", "a", "b")]
    for name in names:
        rest.post("store/algorithms", {"name": name, "algorithmImage": "i"})

    def found(query: str) -> list[str]:
        answer = rest.get(f"store/algorithms?name={query}")
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()]

    assert found(stem) == names
    assert found(f"{stem}&sort=desc") == names[::-1]
    assert found(f"{stem}&limit=2") == names[:2]
    assert found(f"{stem}.[ab]$") == names[1:]
    assert found(f"^st.*{stem}") == []
    everything = {item["name"] for item in rest.get("store/algorithms").json()}
    assert {"echo", "hold", *names} <= everything
    page = rest.get(f"store/algorithms?name={stem}&pageSize=2")
    rest_of_it = rest.get(f"store/algorithms?name={stem}&pageToken={page.headers['x-next-page-token']}")
    assert [item["name"] for item in page.json() + rest_of_it.json()] == names


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("limit=x", "data.limit should be integer"),
        ("limit=0", "data.limit should be >= 1"),
        ("sort=up", "data.sort should be equal to one of the allowed values (asc,desc)"),
        ("name=[", "data.name should be a pattern: unterminated character set at position 0"),
        ("name=(a%2B)%2B", "data.name should be a text or a pattern without groups, with at most 3 repeats"),
        ("name=a*a*a*a*", "data.name should be a text or a pattern without groups, with at most 3 repeats"),
        ("pageToken=x", "the page token is not one of ours"),
    ],
)
def test_bad_lists(rest: Rest, query: str, text: str) -> None:
    assert error(rest.get(f"store/algorithms?{query}")) == (400, text)


@pytest.mark.covers("GET /api/v1/store/algorithms/{name}", "DELETE /api/v1/store/algorithms/{name}")
def test_names_in_paths(rest: Rest, fresh: Fresh) -> None:
    missing = fresh("nope")
    for call in (rest.get, rest.delete):
        assert error(call(f"store/algorithms/{missing}")) == (404, f"algorithm {missing} Not Found")
        assert error(call("store/algorithms/A_b")) == (
            400,
            "algorithm name must contain only lower-case alphanumeric, dash or dot",
        )


@pytest.mark.covers("GET /api/v1/store/algorithmsFilter")
def test_searches(rest: Rest, fresh: Fresh) -> None:
    """Each condition, pages by number and by cursor, and what is shown of the hits."""
    stem = fresh("flt")
    git = {"env": "python", "gitRepository": {"url": "https://git.example/a/b"}}
    for number, what in enumerate(({"kind": "batch"}, {"kind": "stream"}, git)):
        image = {} if what is git else {"algorithmImage": "i"}
        rest.post("store/algorithms", {"name": f"{stem}.{number}", **image, **what})

    def search(query: str = "") -> Any:
        answer = rest.get(f"store/algorithmsFilter?name={stem}&{query}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["timeTook"].endswith("ms")
        return answer.json()

    def numbers(query: str = "") -> str:
        return "".join(hit["name"][-1] for hit in search(query)["hits"])

    assert numbers() == "210"
    assert numbers("sort=asc") == "012"
    assert numbers("kind=stream") == "1"
    assert numbers("algorithmImage=true") == "10"
    assert numbers("algorithmImage=false") == "2"
    assert numbers("pending=true") == "2"
    assert numbers("pending=false") == "10"
    assert numbers("limit=2") == "21"
    assert numbers("limit=2&page=2") == "0"
    assert numbers("limit=1&page=4") == ""
    first = search("limit=2")
    assert numbers(f"limit=2&page=9&cursor={first['cursor']}") == "0"
    assert "cursor" not in search("page=9")
    shown = search("kind=batch&fields=name:true,%20options.pending:true,cpu:true,nothing:true")["hits"]
    assert shown == [{"name": f"{stem}.0", "cpu": 0.1, "options": {"pending": False}}]
    hidden = search("kind=batch&fields=cpu:false,options.pending:false")["hits"][0]
    assert hidden.keys() >= {"name", "mem", "options"}
    assert "cpu" not in hidden
    assert hidden["options"] == {}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("cursor=x", "please provide a valid cursor"),
        ("cursor=YQ==", "please provide a valid cursor"),
        ("page=0", "data.page should be >= 1"),
        ("limit=x", "data.limit should be integer"),
        ("pending=x", "data.pending should be boolean"),
        (
            "kind=x",
            "data.kind should be equal to one of the allowed values (batch,stream,debug,gateway,output,hyperparamsTuner)",
        ),
        ("fields=a", "data.fields should be a list like name:true,options.pending:true, not a"),
    ],
)
def test_bad_searches(rest: Rest, query: str, text: str) -> None:
    assert error(rest.get(f"store/algorithmsFilter?{query}")) == (400, text)


def test_an_image_that_cannot_be_placed(rest: Rest, fresh: Fresh) -> None:
    """A job is accepted and waits, told why; the algorithm's list shows it as long as it is wanted."""
    name = fresh("image")
    rest.post("store/algorithms", {"name": name, "algorithmImage": "org/img:1"})

    def reason() -> Any:
        return next(item for item in rest.get("store/algorithms").json() if item["name"] == name).get(
            "unscheduledReason"
        )

    assert reason() is None
    job = rest.run({"name": name, "nodes": [{"nodeName": "a", "algorithmName": name, "input": [1]}]})
    said = "container image org/img:1 needs the Kubernetes cluster"
    with watching_one(rest, "system") as events:
        next(event for event in events if name in event.content.get("warnings", {}))
    explained = rest.get(f"exec/explain/{job}").json()
    assert any(said in found["sentence"] and found["code"] == "algorithm" for found in explained["reasons"])
    assert said in reason()
    rest.post("exec/stop", {"jobId": job})
    rest.ended(job)


# Deleting


@pytest.mark.covers("DELETE /api/v1/store/algorithms/{name}")
def test_deletion_with_what_depends(rest: Rest, fresh: Fresh) -> None:
    """Refused with all names while anything uses it; forced, everything goes and is counted."""
    name, one, two = fresh("used"), fresh("pipe"), fresh("pipe")
    rest.apply_code(name, "import threading\ndef start(args):\n    threading.Event().wait()\n")
    apply(rest, {"name": name, "cpu": 0.2})
    for pipeline in (one, two):
        body = {"name": pipeline, "nodes": [{"nodeName": "a", "algorithmName": name, "input": []}]}
        assert rest.post("store/pipelines", body).status_code == 201
    job = rest.post("exec/stored", {"name": one}).json()["jobId"]
    rest.call("POST", f"readme/algorithms/{name}", files={"README.md": ("README.md", b"# hello")})
    assert error(rest.delete(f"store/algorithms/{name}?force=x")) == (400, "data.force should be boolean")
    used = f"2 pipelines ({one},{two}), 1 executions ({job})"
    refused = rest.delete(f"store/algorithms/{name}")
    assert error(refused) == (
        400,
        f"algorithm {name} is stored in {used}. you must first delete all related data or use the force flag",
    )
    assert refused.json()["error"]["details"] == used
    deleted = rest.delete(f"store/algorithms/{name}?force=true&keepOldVersions=false").json()
    counts = "1 builds, 2 versions, 1 readme, 2 pipelines, 1 executions"
    assert deleted == {"message": f"algorithm {name} successfully deleted from store. related data deleted: {counts}"}
    assert rest.ended(job)["status"] == "stopped"
    trail = rest.get(f"exec/auditTrail/{job}").json()
    assert (trail["0"]["action"], trail["0"]["user"]) == ("stop", "defaultUser")
    assert rest.get(f"store/pipelines/{one}").status_code == 404
    assert rest.get(f"builds/list/{name}").json() == []
    assert rest.get(f"versions/algorithms/{name}").json() == []
    assert rest.get(f"readme/algorithms/{name}").status_code == 404


def test_versions_outlive_their_algorithm(rest: Rest, fresh: Fresh) -> None:
    """Unless the very text false says otherwise; a new one of the name goes on counting."""
    name = fresh("kept")
    for wanted in ("1.0.0", "1.0.1"):
        rest.post("store/algorithms", {"name": name, "algorithmImage": "i"})
        assert rest.get(f"versions/algorithms/{name}").json()[0]["semver"] == wanted
        rest.delete(f"store/algorithms/{name}")
    assert len(rest.get(f"versions/algorithms/{name}").json()) == 2
    rest.post("store/algorithms", {"name": name, "algorithmImage": "i"})
    rest.delete(f"store/algorithms/{name}?keepOldVersions=false")
    rest.post("store/algorithms", {"name": name, "algorithmImage": "i"})
    assert [v["semver"] for v in rest.get(f"versions/algorithms/{name}").json()] == ["1.0.0"]


def test_deleting_while_it_is_built(rest: Rest, fresh: Fresh) -> None:
    """The build goes too; nothing of the algorithm comes back when it would have ended."""
    name = fresh("gone")
    new = apply(rest, {"name": name, "env": "python", "dependencyInstallCmd": "sleep 60"}, zipped(ECHO))
    assert rest.delete(f"store/algorithms/{name}").json()["message"].endswith("related data deleted: 1 builds")
    assert rest.get(f"builds/status/{new['buildId']}").status_code == 404
    assert rest.get(f"store/algorithms/{name}").status_code == 404
