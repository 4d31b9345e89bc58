"""Requests that nobody sends by accident: each gets a clean 4xx in the contract's shape, stores nothing and leaves no memory.

Bodies are written by hand where a client library would refuse to make them.
"""

import socket
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from tests.rest.server import Rest, error

JSON = {"Content-Type": "application/json"}
NODES = '"nodes":[{"nodeName":"a","algorithmName":"echo"}]'
GOOD = '{"name":"abuse",' + NODES + "}"

BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "required property 'name'"),
    "no json": (b"name=x", "not valid JSON"),
    "half": (GOOD[:20].encode(), "not valid JSON"),
    "two documents": (f"{GOOD}{GOOD}".encode(), "not valid JSON"),
    "a list": (b"[1,2]", "should be object"),
    "a number": (b"7", "should be object"),
    "null": (b"null", "should be object"),
    "NaN": (GOOD.replace("}", ',"flowInput":{"a":NaN}}', 1).encode(), "not valid JSON"),
    "Infinity": (b'{"name":"abuse","priority":-Infinity}', "not valid JSON"),
    "hex": (b'{"name":"abuse","priority":0x10}', "not valid JSON"),
    "single quotes": (b"{'name':'abuse'}", "not valid JSON"),
    "a comment": (b'{"name":"abuse"/* x */}', "not valid JSON"),
    "a comma at the end": (b'{"name":"abuse",}', "not valid JSON"),
    "a control character": (b'{"name":"a\nb"}', "not valid JSON"),
    "no UTF-8": (b'{"name":"\xff\xfe"}', "not UTF-8"),
    "a lone surrogate": (rb'{"name":"abuse","description":"\ud800"}', "surrogate"),
    "surrogates turned round": (rb'{"name":"abuse","description":"\udc00\ud800"}', "surrogate"),
    "NUL in a name": (rb'{"name":"a\u0000b",' + NODES.encode() + b"}", "NUL"),
    "NUL in a key": (rb'{"name":"abuse","a\u0000b":1,' + NODES.encode() + b"}", "NUL"),
    "a key twice": (f'{{"name":"abuse","name":"other",{NODES}}}'.encode(), "duplicate properties (name)"),
    "a deep list": (b'{"name":"abuse","flowInput":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper"),
    "a deep object": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested deeper"),
    "a deep unknown key": (b'{"name":"abuse","x":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001, "nested deeper"),
    "a huge number": (b'{"name":"abuse","priority":' + b"9" * 1_000_000 + b"}", "data.priority should be <="),
    "a huge exponent": (b'{"name":"abuse","priority":1e999999999}', "priority"),
    "many nodes": (b'{"name":"abuse","nodes":[' + b'{"nodeName":"a"},' * 10_001 + b"{}]}", "more than 10000 items"),
    "a long name": (b'{"name":"' + b"a" * 5_000 + b'"}', "longer than 256"),
    "path parts in a name": (b'{"name":"../../etc/passwd",' + NODES.encode() + b"}", "alphanumeric"),
    "a slash in a name": (b'{"name":"a/b",' + NODES.encode() + b"}", "alphanumeric"),
    "a wrong type": (b'{"name":["abuse"]}', "data.name should be string"),
    "a proto key": (b'{"name":"abuse","nodes":{"__proto__":[]}}', "data.nodes"),
}
"""What is wrong with a body to `exec/raw`, and a part of what is said about it."""


def rows() -> Any:
    return pytest.mark.parametrize(("body", "said"), BODIES.values(), ids=BODIES)


def stored(rest: Rest) -> list[str]:
    """Names of everything that is stored, and jobs of what bodies here are called."""
    found = [rest.client.get(f"/api/v1/store/{kind}").json() for kind in ("pipelines", "algorithms")]
    jobs = rest.client.get("/api/v1/exec/search?pipelineName=abuse&fields=jobId:true").json()["hits"]
    return [*sorted(item["name"] for items in found for item in items), *map(str, jobs)]


@rows()
@pytest.mark.parametrize("path", ["exec/raw", "store/pipelines"])
def test_bad_bodies(rest: Rest, path: str, body: bytes, said: str) -> None:
    before = stored(rest)
    answer = rest.post(path, content=body, headers=JSON)
    if said == "should be object" and path == "store/pipelines" and body.startswith(b"["):
        assert all(item["error"]["code"] == 400 for item in answer.json())
    else:
        status, message = error(answer)
        assert (status, said in message) == (400, True), message[:300]
        assert len(answer.content) < 4_000
    assert stored(rest) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/msgpack", "a", "application/json-seq"])
def test_other_content_types_count_as_an_empty_body(rest: Rest, kind: str) -> None:
    answer = rest.post("exec/raw", content=GOOD.encode(), headers={"Content-Type": kind})
    assert error(answer) == (400, "data should have required property 'name'")


@pytest.mark.parametrize(
    "path",
    [
        "exec/status/..%2f..%2fsecrets",
        "exec/status/%00",
        "exec/status/%ff",
        "exec/results/" + "a" * 500,
        "store/pipelines/..%5c..%5cx",
        "store/pipelines/%2e%2e%2f%2e%2e%2f",
        "store/algorithms/..%2Fx",
        "builds/status/%2e%2e%2fx",
        "versions/algorithms/echo/%00",
        "exec/history/x?pageToken=%ff%ff",
        "exec/history/x?pageSize=-1",
        "exec/history/x?pageSize=1e99",
        "logs/..%2f..%2fetc",
        "exec/status/x" + "/y" * 2_000,
        "exec/jobs?" + "a=1&" * 3_000,
        "exec/jobs?status[a][b][c]=1",
    ],
)
def test_bad_paths_and_parameters(rest: Rest, path: str) -> None:
    answer = rest.get(path)
    assert 400 <= answer.status_code < 500 or answer.json() == [], answer.text[:300]
    assert "passwd" not in answer.text
    assert "Traceback" not in answer.text


def _raw(rest: Rest, *pieces: bytes) -> bytes:
    """What comes back for bytes on a connection of their own; unless they leave the closing to the server, no more follow."""
    address = urlsplit(rest.endpoint)
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            if b"Connection: close" not in pieces[0]:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # The server has said what it thinks of it already, and closed the connection.
        answer = b""
        while more := connection.recv(65536):
            answer += more
        return answer


HEAD = b"POST /api/v1/exec/raw HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
APPLY = b"POST /api/v1/store/algorithms/apply HTTP/1.1\r\nHost: x\r\n"
FORM = b"Content-Type: multipart/form-data; boundary=b\r\n"
PAYLOAD = b'--b\r\nContent-Disposition: form-data; name="payload"\r\n\r\n{"name":"abuse-form"}\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
BAD_FILE = PAYLOAD + FILE + b"no zip\r\n--b--\r\n"

REQUESTS: dict[str, tuple[tuple[bytes, ...], tuple[int, ...]]] = {
    "many headers": ((b"GET /api HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * 20_000 + b"\r\n",), (400, 431)),
    "a long header": ((b"GET /api HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 1_000_000 + b"\r\n\r\n",), (400, 431)),
    "a long path": ((b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",), (400, 414)),
    "no HTTP": ((b"hello\r\n\r\n",), (400,)),
    "TLS": ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,), (400,)),
    "a negative length": ((HEAD + b"Content-Length: -1\r\n\r\n",), (400,)),
    "two lengths": ((HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n7",), (400,)),
    "length and chunks": ((HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",), (400,)),
    "a broken chunk": ((HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",), (400,)),
    "a huge length": ((HEAD + b"Content-Length: 99999999999\r\n\r\n{",), (413,)),
    "a head line in a value": (
        (b"GET /api/v1/exec/status/x%0d%0aX-A:%20b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",),
        (404,),
    ),
    "a form without a boundary": (
        (APPLY + b"Content-Type: multipart/form-data\r\nContent-Length: 5\r\n\r\n--b\r\n",),
        (400,),
    ),
    "a form that ends early": ((APPLY + FORM + b"Content-Length: 20\r\n\r\n" + PAYLOAD[:20],), (400,)),
    "a part without a name": (
        (APPLY + FORM + b"Transfer-Encoding: chunked\r\n\r\n1c\r\n--b\r\nContent-Type: a\r\n\r\nx\r\n--b--\r\n0\r\n\r\n",),
        (400,),
    ),
    "a form of many parts": (
        (APPLY + FORM + b"Content-Length: %d\r\n\r\n" % (len(PAYLOAD) * 3_000), PAYLOAD * 3_000),
        (400, 413, 429),
    ),
    "a file that is no archive": (
        (APPLY + FORM + b"Connection: close\r\n" + b"Content-Length: %d\r\n\r\n" % len(BAD_FILE), BAD_FILE),
        (400,),
    ),
}  # fmt: skip
"""Requests as bytes, and the statuses that they may get."""


@pytest.mark.parametrize(("pieces", "statuses"), REQUESTS.values(), ids=REQUESTS)
def test_broken_requests(rest: Rest, pieces: tuple[bytes, ...], statuses: tuple[int, ...]) -> None:
    before = stored(rest)
    answer = _raw(rest, *pieces)
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    assert int(answer[9:12]) in statuses, answer[:300]
    assert b"Traceback" not in answer
    assert stored(rest) == before


def test_connections_that_break_off(rest: Rest) -> None:
    """Heads, bodies and files that end in the middle leave nothing behind, and the server answers others as before."""
    before = stored(rest)
    for sent in (
        b"GET /api HT",
        HEAD + b"Content-Length: 100\r\n\r\n{",
        APPLY + FORM + b"Content-Length: 900\r\n\r\n" + PAYLOAD + FILE,
    ):
        for length in range(1, len(sent), 17):
            _raw(rest, sent[:length])
    assert stored(rest) == before


def test_memory_stays_flat(rest: Rest) -> None:
    """The whole corpus again and again: what the server holds does not grow with what it has refused."""
    process = psutil.Process(rest.pid)

    def once() -> None:
        for body, _ in BODIES.values():
            rest.client.post("/api/v1/exec/raw", content=body, headers=JSON)
        for pieces, _ in REQUESTS.values():
            _raw(rest, *pieces)

    for _ in range(3):
        once()
    before = process.memory_info().rss
    for _ in range(6):
        once()
    assert process.memory_info().rss - before < 24 * 1024 * 1024
