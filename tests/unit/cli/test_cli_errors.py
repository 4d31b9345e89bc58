"""What is said, and with which exit code, when the server cannot be reached, refuses, or is none of ours."""

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from distributedkube.cli.files import parse_value
from distributedkube.cli.sse import Event, parse_events, split_lines
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, Serving, error
from tests.unit.cli.terminal import on_terminal

JOBS = "/api/v1/exec/jobs"


def test_connection_refused_says_how_to_start_a_server(run: Run) -> None:
    """Exit code 3, the address, and both ways on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    shown = run("exec", "list", "--endpoint", address)
    assert shown.exit_code == 3
    assert f"cannot reach the server at {address}: Connection refused" in shown.stderr
    assert "distributedkube dev" in shown.stderr
    assert "config set endpoint" in shown.stderr


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (400, 2, "what was wrong"),
        (401, 5, "config set token"),
        (403, 5, "what was wrong"),
        (404, 4, "what was wrong"),
        (409, 5, "what was wrong"),
        (429, 5, "what was wrong"),
        (500, 6, "the server failed: what was wrong"),
        (503, 3, "is not available: what was wrong"),
    ],
)
def test_every_class_of_answer_has_its_exit_code(
    run: Run, rest: FakeRest, status: int, code: int, message: str
) -> None:
    """The sentence of the server is passed on."""
    rest.on("GET", JOBS, error(status, "what was wrong"))
    shown = run("exec", "list", "-o", "json")
    assert (shown.exit_code, shown.stdout) == (code, "")
    assert message in shown.stderr


@pytest.mark.parametrize(
    "answer",
    [
        lambda: PlainTextResponse("Cannot GET", 404),
        lambda: PlainTextResponse("<html>hello"),
        lambda: RedirectResponse("/login"),
    ],
)
def test_something_else_at_the_address(run: Run, rest: FakeRest, answer: object) -> None:
    """A web page is no API: exit code 3 and a word on the prefix of an ingress."""
    rest.on("GET", JOBS, answer)
    shown = run("exec", "list")
    assert shown.exit_code == 3
    assert "/distributedkube/api-server" in shown.stderr


def test_a_server_that_is_older_than_the_program(run: Run, rest: FakeRest) -> None:
    """A route that it does not know is answered as by a web server; that it may be old is said too."""
    shown = run("exec", "list")
    assert shown.exit_code == 3
    assert "the server may be older" in shown.stderr


def test_proxies_are_asked_for_other_machines(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way goes over HTTP_PROXY with the whole address, unless NO_PROXY names the host."""
    for name in ("http_proxy", "no_proxy", "NO_PROXY"):  # lower case wins
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as proxy, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(_answer_once, proxy)
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        shown = run("exec", "list", "--endpoint", "http://cluster.invalid", "-o", "json")
        assert (shown.exit_code, shown.stdout) == (0, "[]\n")
        assert asked.result().startswith(b"GET http://cluster.invalid/api/v1/exec/jobs HTTP/1.1\r\n")
        monkeypatch.setenv("NO_PROXY", "cluster.invalid")
        assert run("exec", "list", "--endpoint", "http://cluster.invalid").exit_code == 3


def _answer_once(proxy: socket.socket) -> bytes:
    """Answers one request with an empty list; returns its head."""
    connection, _ = proxy.accept()
    with connection:
        head = connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]")
    return head


def test_errors_of_what_stands_in_between(run: Run, rest: FakeRest) -> None:
    """An ingress answers `{"error": "Forbidden"}`; its word is shown."""
    rest.on("GET", JOBS, lambda: JSONResponse({"error": "Forbidden"}, 403))
    assert run("exec", "list").stderr == "error: Forbidden\n"


def test_certificates_that_cannot_be_verified(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """A self-signed server is refused with the two ways to trust it, and both work."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {certificate} -days 1 -subj /CN=localhost"
    subprocess.run([*command.split(), "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    rest.on("GET", JOBS, [])
    with Serving(rest, ssl_certfile=certificate, ssl_keyfile=key) as address:
        refused = run("exec", "list", "--endpoint", address)
        assert refused.exit_code == 3
        assert "--insecure" in refused.stderr
        assert "caFile" in refused.stderr
        assert run("exec", "list", "--endpoint", address, "--insecure").exit_code == 0
        assert run("exec", "list", "--endpoint", address, "--ca", certificate).exit_code == 0
        run("config", "set", "caFile", certificate)
        assert run("exec", "list", "--endpoint", address).exit_code == 0
        run("config", "set", "caFile", key)
        assert run("exec", "list", "--endpoint", address).exit_code == 2


def test_another_language_at_the_address(run: Run, rest: FakeRest, address: str) -> None:
    """TLS where there is none, and a port that speaks no HTTP, have words of their own."""
    plain = run("exec", "list", "--endpoint", address.replace("http://", "https://"))
    assert (plain.exit_code, f"try --endpoint {address}" in plain.stderr) == (3, True)
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor(1) as pool:
        pool.submit(_greet_once, other)
        shown = run("exec", "list", "--endpoint", f"http://127.0.0.1:{other.getsockname()[1]}")
    assert (shown.exit_code, "port for gRPC" in shown.stderr) == (3, True)


def _greet_once(other: socket.socket) -> None:
    connection, _ = other.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"220 mail.example ready\r\n")


def test_a_question_that_is_not_answered_with_yes(rest: FakeRest, address: str) -> None:
    """Nothing is sent, and the exit code is that of an interruption."""
    words = ["exec", "stop", "--all", "--endpoint", address]
    assert "nothing was done" in on_terminal(words, {}, code=130, typed="n\n")
    assert rest.seen == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device here")
def test_output_that_cannot_be_written(rest: FakeRest, address: str) -> None:
    """A full disk is no defect of the program: one sentence, its own exit code."""
    rest.on("GET", JOBS, [])
    program = [sys.executable, "-m", "distributedkube.cli.main", "exec", "list", "--endpoint", address]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (74, "error: the output cannot be written: No space left on device\n")


@pytest.mark.parametrize("words", [("exec", "raw"), ("nonsense",), ("exec", "list", "-o", "xml")])
def test_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    """Exit code 2 before anything is sent."""
    assert run(*words).exit_code == 2


def test_missing_files_and_folders(run: Run, tmp_path: Path) -> None:
    """The path is named."""
    assert "there is no file nope.yml" in run("exec", "raw", "-f", "nope.yml").stderr
    assert "is a folder" in run("exec", "raw", "-f", tmp_path).stderr
    (tmp_path / "latin.yml").write_bytes(b"name: \xff")
    assert "not UTF-8 text at byte 6" in run("exec", "raw", "-f", tmp_path / "latin.yml").stderr


def test_broken_json_names_its_place(run: Run, tmp_path: Path) -> None:
    """File, line and column."""
    file = tmp_path / "p.json"
    file.write_text('{\n  "name": "x",\n}')
    shown = run("exec", "raw", "-f", file)
    assert shown.exit_code == 2
    assert f"{file}, line 3, column 1" in shown.stderr or f"{file}, line 2" in shown.stderr


def test_plain_words_mean_what_they_mean_in_json() -> None:
    """YAML 1.2: dates, clock times and `on` are text, `1e5` is a number, keys are text."""
    text = "a: on\nb: 12:30\nc: 2024-01-01\nd: 1e5\ne: ~\n7: x\nf: 1_000"
    assert parse_value(text, "test") == {
        "a": "on", "b": "12:30", "c": "2024-01-01", "d": 100000.0, "e": None, "7": "x", "f": "1_000",
    }  # fmt: skip


def test_a_defect_shows_no_trace(tmp_path: Path) -> None:
    """The last resort: one line, exit code 70, and how to see more."""
    program = (
        "import distributedkube.cli.main as m, distributedkube.cli.jobs as j\n"
        "def boom(file): raise RuntimeError('boom')\n"
        "j.read_mapping = boom\n"
        "m.main()"
    )
    shown = subprocess.run([sys.executable, "-c", program, "exec", "raw", "-f", "x"], capture_output=True, text=True)
    assert shown.returncode == 70
    assert "Traceback" not in shown.stderr
    assert "DISTRIBUTEDKUBE_DEBUG=1" in shown.stderr


def test_the_command_line_loads_no_heavy_modules() -> None:
    """Help needs neither gRPC, protobuf, HTTP, YAML nor Rich, so that it appears at once."""
    program = (
        "import sys, distributedkube.cli.main\n"
        "print([name for name in ('grpc', 'google.protobuf', 'httpx', 'yaml', 'rich', 'pathspec') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_events_are_cut_at_line_feeds_only() -> None:
    """Pieces of any size, comments, both line ends, several data lines, and separators that JSON leaves unescaped."""
    text = ': hello\n\nevent: update\r\ndata: {"a":\r\ndata: "x\u2028y"}\r\n\r\ndata:bare\n\nevent: lost\ndata: cut'.encode()
    for size in (1, 2, 7, 1000):
        pieces = [text[i : i + size] for i in range(0, len(text), size)]
        found = list(parse_events(split_lines(pieces)))
        assert found == [Event("update", '{"a":\n"x\u2028y"}'), Event("message", "bare")]
        assert json.loads(found[0].data) == {"a": "x\u2028y"}
