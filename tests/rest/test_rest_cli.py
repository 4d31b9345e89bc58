"""`distributedkubectl` against the live server: what a person types, reads and gets back."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
import yaml
from typer.testing import CliRunner

from distributedkube.cli.main import app
from tests.rest.server import BIN, Rest


class Shown(NamedTuple):
    """What a command printed."""

    stdout: str
    stderr: str


Ctl = Callable[..., Shown]
Fresh = Callable[[str], str]


@pytest.fixture
def environ(rest: Rest, tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has no settings yet; the prefix is that of an ingress."""
    own = {
        "DISTRIBUTEDKUBE_ENDPOINT": f"{rest.endpoint}/hkube/api-server",
        "DISTRIBUTEDKUBE_CONFIG": str(tmp_path / "config.yml"),
        "PYTHONUTF8": "1",
        "HTTP_PROXY": "http://127.0.0.1:1",
    }
    return {**os.environ, **own}


@pytest.fixture
def installed(environ: dict[str, str]) -> Ctl:
    """Runs the installed command, which has to end with exit code 0 unless ``code`` says otherwise."""

    def run(*words: object, code: int = 0, stdin: str | None = None) -> Shown:
        command = [str(BIN / "distributedkubectl"), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, input=stdin, env=environ)
        assert done.returncode == code, done.stderr or done.stdout
        return Shown(done.stdout, done.stderr)

    return run


@pytest.fixture
def ctl(environ: dict[str, str]) -> Ctl:
    """Runs the same program in this process, which starts at once."""

    def run(*words: object, code: int = 0, stdin: str | None = None) -> Shown:
        done = CliRunner().invoke(app, [str(word) for word in words], input=stdin, env=environ)
        assert done.exit_code == code, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Shown(done.stdout, done.stderr)

    return run


@pytest.fixture
def data(ctl: Ctl) -> Callable[..., Any]:
    """Runs the command with ``-o json``; standard output has to be nothing but the data."""
    return lambda *words, **more: json.loads(ctl(*words, "-o", "json", **more).stdout)


def definition(name: str, algorithm: str = "echo", **more: Any) -> str:
    """Two nodes: a batch over the list in the flow input, then all of it."""
    nodes = [
        {"nodeName": "Each", "algorithmName": algorithm, "input": ["#@flowInput.items"]},
        {"nodeName": "All", "algorithmName": "echo", "input": ["@Each"]},
    ]
    return str(yaml.safe_dump({"name": name, "nodes": nodes, "flowInput": {"items": [1, 2, 3]}, **more}))


@pytest.fixture
def held(rest: Rest, fresh: Fresh) -> Iterator[str]:
    """A job that runs until it is stopped."""
    job = rest.run({"name": fresh("held"), "nodes": [{"nodeName": "Hold", "algorithmName": "hold"}]})
    yield job
    rest.post("exec/stop", {"jobId": job})
    assert rest.ended(job)["status"] == "stopped"


# algorithms


def test_a_folder_becomes_an_algorithm(ctl: Ctl, data: Callable[..., Any], fresh: Fresh, tmp_path: Path) -> None:
    """It is packed without what the ignore files of it and its folders name, built, and runs; then it is deleted."""
    name, folder = fresh("folder"), tmp_path / "code"
    (folder / "sub").mkdir(parents=True)
    (folder / "main.py").write_text(
        "import os\ndef start(args):\n"
        "    here = os.path.dirname(os.path.abspath(__file__))\n"
        "    return sorted(os.path.relpath(os.path.join(d, f), here) for d, _, fs in os.walk(here) for f in fs\n"
        "                  if not f.endswith('.pyc'))\n"
    )
    for file, text in ((".gitignore", "*.log"), (".dkignore", "big.bin"), ("sub/.gitignore", "here.txt")):
        (folder / file).write_text(text)
    for file in ("a.log", "big.bin", "sub/here.txt", "sub/kept.txt"):
        (folder / file).write_text("x")
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "x.js").write_text("x")
    applied = ctl("algorithm", "apply", name, "--codePath", folder, "--env", "python", "--cpu", "0.1", "--mem", "64Mi")
    assert f"algorithm {name} is applied" in applied.stdout
    assert "packed 5 files" in applied.stderr
    files = json.loads(ctl("exec", "algorithm", name, "--wait").stdout)
    assert {"main.py", "sub/kept.txt"} <= set(files)
    assert not {"a.log", "big.bin", "sub/here.txt", "node_modules/x.js"} & set(files)
    assert [found["name"] for found in data("algorithm", "list", "--name", name)] == [name]
    assert data("algorithm", "get", name)["env"] == "python"
    assert data("build", "list", name)[0]["status"] == "completed"
    assert "successfully deleted" in ctl("algorithm", "delete", name).stdout
    assert f"algorithm {name} Not Found" in ctl("algorithm", "get", name, code=4).stderr


def test_a_build_that_fails_says_why(installed: Ctl, data: Callable[..., Any], fresh: Fresh, tmp_path: Path) -> None:
    """Exit code 1, with the line of the code that is wrong; the log can be read again."""
    (tmp_path / "main.py").write_text("def start(args:\n")
    name = fresh("broken")
    failed = installed("algorithm", "apply", name, "--code-path", tmp_path, "--env", "python", code=1)
    assert "main.py" in failed.stderr
    assert "line 1" in failed.stderr
    build = data("build", "list", name)[0]
    assert (build["status"], build["buildId"] in failed.stderr) == ("failed", True)
    assert "main.py" in installed("build", "logs", build["buildId"], code=1).stdout


def test_an_interrupted_apply_leaves_the_build_alone(
    environ: dict[str, str], ctl: Ctl, data: Callable[..., Any], fresh: Fresh, tmp_path: Path
) -> None:
    """Control-C ends the command, not the build, and says how to follow or stop it; the code here never ends to load."""
    (tmp_path / "main.py").write_text("import threading\nthreading.Event().wait()\ndef start(args):\n    return 1\n")
    command = [BIN / "distributedkubectl", "algorithm", "apply", fresh("endless"), "--codePath", tmp_path]
    with subprocess.Popen([*command, "--env", "python"], stderr=subprocess.PIPE, text=True, env=environ) as applying:
        assert applying.stderr is not None
        assert any("Checking main.py" in line for line in applying.stderr)
        applying.send_signal(signal.SIGINT)
        said = applying.stderr.read()
    assert applying.returncode == 130
    stop = said.splitlines()[-1].partition("distributedkubectl ")[2].split()
    assert stop[:2] == ["build", "stop"]
    assert f"build logs {stop[2]}" in said
    assert data("build", "status", stop[2])["status"] == "active"
    assert ctl(*stop).stdout == f"stopped {stop[2]}\n"


def test_versions_of_an_algorithm(ctl: Ctl, data: Callable[..., Any], fresh: Fresh, tmp_path: Path) -> None:
    """A change makes a version, which is used when it is made current; builds are repeated; versions have tags."""
    name = fresh("algversions")
    (tmp_path / "main.py").write_text("def start(args):\n    return 1\n")
    apply = ("algorithm", "apply", name, "--codePath", tmp_path, "--env", "python", "--cpu", "0.1")
    first = data(*apply, "--mem", "64Mi")["build"]["version"]
    assert "is not the current one" in ctl("algorithm", "apply", name, "--mem", "65Mi").stderr
    assert data("algorithm", "get", name)["mem"] == "64Mi"
    made = data("algorithm", "apply", name, "--mem", "66Mi", "--setCurrent")
    assert data("algorithm", "get", name)["version"] == made["currentVersion"]
    versions = [version["version"] for version in data("algorithm", "versions", "list", name)]
    assert (len(versions), versions[0], versions[-1]) == (3, made["currentVersion"], first)
    ctl("algorithm", "versions", "tag", name, first, "good", "--pin")
    assert "pinned, good" in ctl("algorithm", "versions", "list", name).stdout
    ctl("algorithm", "versions", "apply", name, first)
    ctl("algorithm", "versions", "delete", name, versions[0])
    built = data("algorithm", "build", name)["build"]
    assert (built["status"], built["version"] not in versions) == ("completed", True)
    assert "build status" in ctl("build", "stop", built["buildId"], code=5).stderr
    assert ctl("build", "rerun", built["buildId"], "--follow").stdout == f"built {built['buildId']}\n"
    ctl("algorithm", "delete", name, "--versions")


def test_what_is_stored_moves_as_files(ctl: Ctl, data: Callable[..., Any], fresh: Fresh, tmp_path: Path) -> None:
    """All of it becomes files; one of them is stored again under another name, and not twice."""
    name, copy = fresh("moves"), fresh("moved")
    ctl("pipeline", "store", "-f", "-", stdin=definition(name))
    assert str(tmp_path / "pipelines" / f"{name}.yml") in data("export", "all", "--out", tmp_path)
    assert (tmp_path / "algorithms" / "echo.yml").exists()
    file = tmp_path / "pipelines" / f"{name}.yml"
    file.write_text(file.read_text().replace(name, copy))
    assert data("import", "pipelines", "-f", file) == [{"kind": "pipelines", "name": copy}]
    assert "already exists" in ctl("import", "pipelines", "-f", file, code=1).stdout
    ctl("import", "pipelines", "-f", file, "--overwrite")
    for pipeline in (name, copy):
        ctl("pipeline", "delete", pipeline)


# pipelines


def test_a_pipeline_is_stored_run_and_deleted(ctl: Ctl, data: Callable[..., Any], fresh: Fresh, tmp_path: Path) -> None:
    """The brief's way: store, run with the stored input and with another one, look at it, delete it."""
    name, file, other = fresh("stored"), tmp_path / "p.yml", tmp_path / "other.yml"
    file.write_text(definition(name))
    other.write_text("flowInput: {items: [7]}")
    assert ctl("pipeline", "store", "--f", file).stdout == f"pipeline {name} is stored\n"
    assert "--replace" in ctl("pipeline", "store", "--f", file, code=5).stderr
    assert ctl("pipeline", "store", "--f", file, "--replace").stdout == f"pipeline {name} is stored\n"
    assert name in [found["name"] for found in data("pipeline", "list")]
    assert json.loads(ctl("exec", "stored", name, "--wait").stdout) == [1, 2, 3]
    assert json.loads(ctl("exec", "stored", name, "--f", other, "--wait").stdout) == [7]
    assert yaml.safe_load(ctl("pipeline", "get", name).stdout)["flowInput"] == {"items": [1, 2, 3]}
    ctl("pipeline", "delete", name)
    assert "pipeline list" in ctl("pipeline", "get", name, code=4).stderr


def test_a_bad_pipeline_is_refused(ctl: Ctl, fresh: Fresh) -> None:
    """The rule that it breaks, exit code 2, whether it is stored or run."""
    bad = definition(fresh("bad")).replace("@Each", "@Nobody")
    for words in (("pipeline", "store"), ("exec", "raw")):
        refused = ctl(*words, "-f", "-", stdin=bad, code=2)
        assert 'node "All" is depend on node "Nobody" which is not exists' in refused.stderr
    checked = ctl("pipeline", "validate", "-f", "-", stdin=bad, code=2).stdout
    assert "$.nodes[1]" in checked
    assert "which is not exists" in checked


def test_a_pipeline_is_drawn(ctl: Ctl, fresh: Fresh) -> None:
    """From a file, which is valid, and from the store; the algorithm stands below the name."""
    name = fresh("drawn")
    text = definition(name)
    assert ctl("pipeline", "validate", "-f", "-", stdin=text).stdout == "- is valid\n"
    drawn = ctl("exec", "graph", "-f", "-", stdin=text).stdout
    assert drawn.splitlines() == [
        "┌───────┐",
        "│ Each  │",
        "│ echo  │",
        "└───┬───┘",
        "    │",
        "┌───▼───┐",
        "│  All  │",
        "│ echo  │",
        "└───────┘",
    ]
    ctl("pipeline", "store", "-f", "-", stdin=text)
    assert ctl("exec", "graph", "--pipeline", name).stdout == drawn
    assert ctl("pipeline", "graph", name).stdout == drawn
    ctl("pipeline", "delete", name)


# jobs


def test_a_job_is_watched_to_its_result(installed: Ctl, fresh: Fresh) -> None:
    """In a pipe: the id on standard error, a line for each change, the result last."""
    shown = installed("exec", "raw", "-f", "-", "--watch", stdin=definition(fresh("watch")))
    *changes, value = shown.stdout.splitlines()
    assert json.loads(value) == [1, 2, 3]
    assert changes[-1].endswith(": completed")
    assert "Each: succeed 3/3" in changes
    job = shown.stderr.split()[1]
    assert installed("exec", "watch", job).stdout.splitlines()[-1] == value
    assert installed("exec", "results", job).stdout == value + "\n"


def test_an_ended_job_can_be_looked_at(ctl: Ctl, data: Callable[..., Any], fresh: Fresh) -> None:
    """Status, pipeline, graph, history, explanation, and the same again from a node and as a whole."""
    job = data("exec", "raw", "-f", "-", stdin=definition(fresh("look")))["jobId"]
    assert data("exec", "result", job, "--wait")["data"][0]["result"] == [1, 2, 3]
    assert data("exec", "status", job)["status"] == "completed"
    assert data("exec", "get", job)["flowInput"] == {"items": [1, 2, 3]}
    drawn = ctl("exec", "graph", job).stdout
    assert "succeed 3/3" in drawn
    assert "▼" in drawn
    assert {"accepted", "ended"} <= {entry["kind"] for entry in data("exec", "history", job)}
    assert "completed" in ctl("exec", "explain", job).stdout
    assert json.loads(ctl("exec", "rerun", job, "--wait").stdout) == [1, 2, 3]
    assert json.loads(ctl("exec", "caching", job, "All", "--wait").stdout) == [1, 2, 3]
    assert job in [found["jobId"] for found in data("exec", "list", "--status", "completed")]


def test_jobs_that_cannot_be(ctl: Ctl, fresh: Fresh) -> None:
    """A flow input without what is asked of it: exit code 2; a job that is not there: 4."""
    unknown = definition(fresh("fail")).replace("#@flowInput.items", "#@flowInput.nothing")
    assert "unable to find flowInput.nothing" in ctl("exec", "raw", "-f", "-", stdin=unknown, code=2).stderr
    assert "exec list" in ctl("exec", "status", "nobody", code=4).stderr


def test_a_running_job_is_held_and_stopped(ctl: Ctl, data: Callable[..., Any], held: str) -> None:
    """Pause, resume, stop with a reason; the result says why there is none."""
    assert "exec result --wait" in ctl("exec", "result", held, code=1).stderr
    assert ctl("exec", "pause", held).stdout == f"paused {held}\n"
    assert data("exec", "status", held)["status"] == "paused"
    assert ctl("exec", "resume", held).stdout == f"resumed {held}\n"
    ctl("exec", "pause", held)
    assert ctl("exec", "stop", held, "not needed").stdout == f"stopped {held}\n"
    assert f"job {held} stopped: not needed" in ctl("exec", "result", held, "--wait", code=1).stderr


def test_an_interrupted_watch_leaves_the_job_alone(environ: dict[str, str], rest: Rest, held: str) -> None:
    """Control-C ends the command, not the job, and says how to watch it again."""
    command = [str(BIN / "distributedkubectl"), "exec", "watch", held]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate()
    assert watching.returncode == 130
    assert f"distributedkubectl exec watch {held}" in said
    assert rest.get(f"exec/status/{held}").json()["status"] in ("pending", "active")


def test_logs_are_followed_to_the_end(ctl: Ctl, data: Callable[..., Any], rest: Rest, fresh: Fresh) -> None:
    """All lines of a job, the last of them, those with a text."""
    name = fresh("talk")
    rest.apply_code(name, "def start(args):\n    for i in range(5):\n        print('line', i)\n")
    job = rest.run({"name": name, "nodes": [{"nodeName": "Talk", "algorithmName": name}]})
    shown = ctl("logs", job, "--follow").stdout.splitlines()
    assert [line.split("Talk  ")[1] for line in shown if "line " in line] == [f"line {i}" for i in range(5)]
    assert "line 3" in ctl("logs", job, "Talk", "-f", "--level", "info", "--grep", "LINE 3").stdout
    assert ctl("logs", job, "-f", "--level", "critical").stdout == ""
    assert "line 3" in ctl("logs", job, "Talk", "--grep", "LINE 3").stdout
    assert len(ctl("logs", job, "--tail", "2", "--source", "stdout").stdout.splitlines()) == 2


def test_jobs_are_found(ctl: Ctl, data: Callable[..., Any], fresh: Fresh) -> None:
    """By pipeline, state, tag and time; a table for people, all that is known as data, pages as long as there are."""
    name = fresh("found")
    text = definition(name, tags=["blue"])
    jobs = [data("exec", "raw", "-f", "-", "--wait", stdin=text)["jobId"] for _ in range(2)]
    found = data("exec", "search", name, "--status", "completed", "--tag", "blue", "--from", "1h")
    assert [hit["jobId"] for hit in found] == jobs[::-1]
    assert found[0]["pipeline"]["nodes"][0]["nodeName"] == "Each"
    assert data("exec", "search", name, "--limit", "1", "--sort", "asc", "--fields", "jobId") == [{"jobId": jobs[0]}]
    assert jobs[0] in ctl("exec", "search", "--algorithm", "echo", "--pipeline", name).stdout
    assert data("exec", "search", name, "--to", "1d") == []


def test_experiments(ctl: Ctl, data: Callable[..., Any], fresh: Fresh) -> None:
    """Made, used by a job, found by it, and deleted with all its jobs; the main one stays."""
    name = fresh("spring")
    ctl("experiment", "create", name, "--description", "new features")
    assert data("experiment", "get", name)["description"] == "new features"
    assert name in [found["name"] for found in data("experiment", "list")]
    job = data("exec", "raw", "-f", "-", "--wait", stdin=definition(fresh("exp"), experimentName=name))["jobId"]
    assert [hit["jobId"] for hit in data("exec", "search", "--experiment", name)] == [job]
    ctl("experiment", "delete", name, "--yes")
    assert "experiment list" in ctl("experiment", "get", name, code=4).stderr
    assert "main experiment cannot be deleted" in ctl("experiment", "delete", "main", "-y", code=2).stderr


def test_all_jobs_of_a_pipeline_are_stopped(ctl: Ctl, rest: Rest, fresh: Fresh) -> None:
    """One command, one reason."""
    name = fresh("many")
    pipeline = {"name": name, "nodes": [{"nodeName": "Hold", "algorithmName": "hold"}]}
    jobs = {rest.run(pipeline), rest.run(pipeline)}
    stopped = ctl("exec", "stop", "too many", "--pipeline", name, "--yes").stdout.removeprefix("stopped ")
    assert set(stopped.strip().split(", ")) == jobs
    assert {rest.ended(job)["reason"] for job in jobs} == {"too many"}
    assert "No jobs found" in ctl("exec", "stop", "--pipeline", name, "--yes", code=4).stderr


def test_the_queue(data: Callable[..., Any], ctl: Ctl, fresh: Fresh) -> None:
    """A job that waits for its pipeline's limit is listed, put first, and given back; one that does not wait is said."""
    text = definition(fresh("queue"), "hold", options={"concurrentPipelines": {"amount": 1, "rejectOnFailure": False}})
    first, second = (data("exec", "raw", "-f", "-", stdin=text)["jobId"] for _ in range(2))
    assert [job["jobId"] for job in data("queue", "list", "--managed") if job["jobId"] in (first, second)] == [second]
    assert data("queue", "prefer", second)[0]["jobId"] == second
    assert second in [job["jobId"] for job in data("queue", "list", "--preferred")]
    assert ctl("queue", "release", second, "nobody").stderr == "not waiting there: nobody\n"
    assert data("queue", "count")["managed"] >= 1
    for job in (second, first):
        ctl("exec", "stop", job)


def test_versions_and_readme_of_a_pipeline(ctl: Ctl, data: Callable[..., Any], fresh: Fresh) -> None:
    """Each change makes a version; an older one can be named, made current, and the others deleted."""
    name = fresh("versions")
    for items in ([1], [2]):
        ctl("pipeline", "store", "-f", "-", "--replace", stdin=definition(name, flowInput={"items": items}))
    newest, first = (version["version"] for version in data("pipeline", "versions", "list", name))
    assert f"*  {newest}" in ctl("pipeline", "versions", "list", name).stdout
    ctl("pipeline", "versions", "alias", name, first, "stable")
    assert data("pipeline", "versions", "get", name, first)["versionAlias"] == "stable"
    assert "versions list" in ctl("pipeline", "versions", "alias", name, "none", "x", code=4).stderr
    ctl("pipeline", "versions", "apply", name, first)
    assert data("pipeline", "get", name)["flowInput"] == {"items": [1]}
    assert "currently used" in ctl("pipeline", "versions", "delete", name, first, code=2).stderr
    ctl("pipeline", "versions", "delete", name, newest)
    ctl("readme", "set", "pipeline", name, "-", stdin="# What it does")
    assert ctl("readme", "get", "pipeline", name).stdout == "# What it does\n"
    ctl("readme", "delete", "pipeline", name)
    assert "readme set" in ctl("readme", "get", "pipeline", name, code=4).stderr
    ctl("pipeline", "delete", name, "--versions")


def test_what_a_job_stored(ctl: Ctl, data: Callable[..., Any], fresh: Fresh, tmp_path: Path) -> None:
    """A large result is shown by its path, listed below its job, printed, and saved alone or with all of the result."""
    large = ["x" * 1000] * 300
    text = definition(fresh("large"), flowInput={"items": [large, 1]})
    job = data("exec", "raw", "-f", "-", stdin=text)["jobId"]
    assert f" at job/{job}/" in ctl("exec", "result", job, "--wait").stdout
    path = data("exec", "result", job)["data"][0]["info"]["path"]
    assert "local-hkube" in ctl("storage", "ls").stdout
    keys = [key["path"] for key in data("storage", "ls", f"local-hkube/{job}")["keys"]]
    assert path.removeprefix("job") in [key.removeprefix("/local-hkube") for key in keys]
    assert keys[0] in ctl("storage", "ls", f"local-hkube/{job}").stdout
    assert json.loads(ctl("storage", "cat", f"local-hkube/{job}/{job}").stdout)["items"] == [large, 1]
    assert "storage get" in ctl("storage", "cat", path, "-o", "json", code=2).stderr
    saved = data("storage", "get", path, tmp_path / "value", "--raw")
    assert saved["size"] == (tmp_path / "value").stat().st_size > 300_000
    ctl("exec", "result", job, "--save", tmp_path / "result.zip")
    with ZipFile(tmp_path / "result.zip") as archive:
        assert "metadata.json" in archive.namelist()
        assert len(archive.namelist()) == 2
    assert "storage ls" in ctl("storage", "ls", "local-hkube/nobody", code=4).stderr
    assert "storage ls" in ctl("storage", "get", "local-hkube/nobody", tmp_path / "none", code=4).stderr
    assert not (tmp_path / "none").exists()


# what starts jobs by itself


def test_cron(ctl: Ctl, data: Callable[..., Any], fresh: Fresh) -> None:
    """On, listed, off; a bad pattern is refused; a pattern can be tried first."""
    name = fresh("cron")
    ctl("pipeline", "store", "-f", "-", stdin=definition(name))
    ctl("cron", "start", name, "0 0 1 1 *")
    listed = {found["name"]: found["cron"] for found in data("cron", "list")}
    assert (listed[name]["pattern"], listed[name]["enabled"]) == ("0 0 1 1 *", True)
    assert 'match format "cron"' in ctl("cron", "start", name, "often", code=2).stderr
    assert len(ctl("cron", "preview", "0 0 1 1 *", "--time-zone", "Europe/Rome").stdout.splitlines()) == 5
    row = next(line for line in ctl("trigger", "list").stdout.splitlines() if line.startswith(f"{name} "))
    assert "0 0 1 1 *  on" in row
    assert ctl("cron", "stop", name).stdout == f"cron of {name} is off\n"
    ctl("pipeline", "delete", name)


def test_pipelines_that_start_others(ctl: Ctl, fresh: Fresh) -> None:
    """The tree of stored pipelines, and the one of a pipeline alone; one that starts none is not there."""
    first, then = fresh("first"), fresh("then")
    ctl("pipeline", "store", "-f", "-", stdin=definition(first))
    ctl("pipeline", "store", "-f", "-", stdin=definition(then, triggers={"pipelines": [first]}))
    drawn = [line.rstrip() for line in ctl("trigger", "pipelines", first).stdout.splitlines()]
    assert drawn == [first, f"└── {then}"]
    assert f"after {first}" in ctl("trigger", "list").stdout
    assert first in ctl("trigger", "pipelines").stdout
    for name in (then, first):
        ctl("pipeline", "delete", name)


# the program


def test_settings_and_version(ctl: Ctl, data: Callable[..., Any], rest: Rest, environ: dict[str, str]) -> None:
    """A context of the configuration file is used like the environment; without a server the exit code is 3."""
    told = data("version")
    assert (told["api"], told["server"]) == (["v1"], told["client"])
    ctl("config", "set", "endpoint", rest.endpoint, "--context", "here")
    ctl("config", "set", "endpoint", "http://127.0.0.1:1", "--context", "nowhere")
    del environ["DISTRIBUTEDKUBE_ENDPOINT"]
    ctl("config", "use", "here")
    ctl("exec", "list")
    assert "distributedkube dev" in ctl("exec", "list", "--context", "nowhere", code=3).stderr
