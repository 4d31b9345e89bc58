"""Reports over real HTTP to real receivers on the loopback address: headers, signature, retries, and what is refused."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.adapters.system import SystemClock
from controlplane.adapters.webhooks import HttpWebhookSender, WebhookSenderSettings, is_public
from controlplane.api.documents import JobDocuments
from controlplane.domain.job_events import JobState
from controlplane.domain.outbox import DeliveryRecord, WebhookKind, delivery_key, unpack_delivery
from controlplane.domain.records import ResultItem
from controlplane.domain.values import JSON, Payload
from controlplane.gateway.json_codec import to_json
from controlplane.ports.state_store import PutEvent, Revision, StateStore
from controlplane.roles.webhooks.role import WebhooksRole
from controlplane.roles.webhooks.settings import WebhookSettings
from tests.integration.webhooks.receiver import Report, receiving, silent
from tests.unit.triggers.harness import a_record, accept, end

SECRET = b"between us"
CLOCK = SystemClock()


@asynccontextmanager
async def delivering(tmp_path: Path, sender: HttpWebhookSender) -> AsyncGenerator[StateStore, None]:
    """The webhooks role on a real store and a real client."""
    store = await SqliteStateStore.open(tmp_path / "state.db", clock=CLOCK)
    role = WebhooksRole(
        store=store,
        sender=sender,
        documents=JobDocuments(store=store, to_json=to_json),
        clock=CLOCK,
        chance=lambda: 0.001,
        settings=WebhookSettings(secret=SECRET, attempts=5),
    )
    await role.start()
    stopping = asyncio.Event()
    task = asyncio.create_task(role.run(stopping))
    try:
        yield store
    finally:
        stopping.set()
        await task
        await sender.close()
        await store.close()


async def record_of(store: StateStore, kind: WebhookKind, job_id: str = "job1") -> DeliveryRecord:
    """What came of a report, once nothing more is to come."""
    key = delivery_key(kind, job_id)
    async for events in store.watch(key, after=Revision(0)):
        for event in events:
            assert isinstance(event, PutEvent)
            record = unpack_delivery(event.entry.value)
            if record.done:
                return record
    raise AssertionError("the watch ended")


def sender(**settings: bool | float | int) -> HttpWebhookSender:
    return HttpWebhookSender(WebhookSenderSettings(**settings))  # type: ignore[arg-type]


async def test_reports_are_the_documents_of_rest_and_signed(tmp_path: Path) -> None:
    """Status and result arrive with all headers; the signature is what a receiver computes from time and body."""
    async with receiving() as receiver, delivering(tmp_path, sender()) as store:
        record = a_record(progress_webhook=f"{receiver.url}/p", result_webhook=f"{receiver.url}/r")
        await accept(store, record)
        await receiver.wait_for(1)
        await end(
            store,
            record,
            CLOCK.now(),
            items=[ResultItem("a", 0, "x", Payload(JSON, b'{"big":12345678901234567890}'), "")],
        )
        assert (await record_of(store, WebhookKind.RESULT)).delivered
        await receiver.wait_for(3)
        pending, *rest = receiver.reports
        result = next(report for report in rest if report.path == "/r")
        last = next(report for report in rest if report.path == "/p")
        assert json.loads(pending.body)["status"] == "pending"
        assert json.loads(pending.body)["level"] == "info"
        assert json.loads(last.body)["data"]["progress"] == 100
        document = json.loads(result.body)
        assert document["data"] == [{"nodeName": "a", "algorithmName": "x", "result": {"big": 12345678901234567890}}]
        assert document["status"] == "completed"
        for report in receiver.reports:
            stamp = report.headers["x-distributedkube-timestamp"]
            digest = hmac.new(SECRET, stamp.encode() + b"." + report.body, hashlib.sha256).hexdigest()
            assert report.headers["x-distributedkube-signature"] == f"sha256={digest}"
            assert report.headers["content-type"] == "application/json"
            assert report.headers["user-agent"].startswith("DistributedKube")
        assert len({report.headers["x-distributedkube-delivery"] for report in receiver.reports}) == 3


async def test_a_receiver_that_fails_once_gets_the_report_again(tmp_path: Path) -> None:
    answers = iter(["500 Oh No", "200 Fine"])
    async with receiving(lambda _: next(answers)) as receiver, delivering(tmp_path, sender()) as store:
        await end(store, a_record(result_webhook=receiver.url), CLOCK.now())
        record = await record_of(store, WebhookKind.RESULT)
        assert (record.attempts, record.delivered, record.code, record.message) == (2, True, "200", "Fine")
        first, second = receiver.reports
        assert first.body == second.body
        assert first.headers["x-distributedkube-delivery"] == second.headers["x-distributedkube-delivery"]


async def test_silent_receivers_do_not_delay_another(tmp_path: Path) -> None:
    """Fifty reports hang at a receiver that never answers; those to another arrive while they do."""
    async with silent() as dead, receiving() as receiver, delivering(tmp_path, sender(total_seconds=3600)) as store:
        for number in range(50):
            await end(store, a_record(f"dead{number}", result_webhook=dead), CLOCK.now())
        for number in range(20):
            await end(store, a_record(f"good{number}", result_webhook=receiver.url), CLOCK.now())
        await receiver.wait_for(20)
        assert receiver.connections <= 8


async def test_redirects_are_not_followed(tmp_path: Path) -> None:
    async with receiving() as target:

        def away(_: Report) -> str:
            return f"302 Found\r\nLocation: {target.url}"

        async with receiving(away) as receiver, delivering(tmp_path, sender()) as store:
            await end(store, a_record(result_webhook=receiver.url), CLOCK.now())
            record = await record_of(store, WebhookKind.RESULT)
            assert (record.attempts, record.delivered, record.code) == (1, False, "302")
            assert "not followed" in record.message
        assert not target.reports


async def test_a_receiver_that_is_not_there_is_tried_again_and_given_up(tmp_path: Path) -> None:
    async with receiving() as receiver:
        url = receiver.url
    async with delivering(tmp_path, sender()) as store:
        await end(store, a_record(result_webhook=url), CLOCK.now(), JobState.FAILED)
        record = await record_of(store, WebhookKind.RESULT)
        assert (record.attempts, record.delivered, record.code) == (5, False, "ECONNREFUSED")


@pytest.mark.parametrize(
    ("url", "code"), [("ftp://files/x", "UNSUPPORTED_SCHEME"), ("http://", "BAD_URL"), ("http://[::1", "BAD_URL")]
)
async def test_urls_that_cannot_be_sent_to_are_refused(url: str, code: str) -> None:
    client = sender()
    answer = await client.post(url, {}, b"")
    assert (answer.code, answer.final) == (code, True)
    await client.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_private_receivers_are_refused_when_the_settings_say_so(host: str) -> None:
    """However loopback is written, nothing connects; with the default setting the same receiver is reached."""
    async with receiving() as receiver:
        port = receiver.url.rpartition(":")[2]
        client = sender(allow_private=False)
        answer = await client.post(f"http://{host}:{port}/x", {}, b"{}")
        assert (answer.code, answer.final) == ("ADDRESS_REFUSED", True)
        assert not receiver.connections
        await client.close()
        client = sender()
        assert (await client.post(f"{receiver.url}/x", {}, b"{}")).status == 200
        await client.close()


async def test_a_name_that_changes_its_address_gains_nothing() -> None:
    """The name answers with a public address first and loopback later: every connection is to an address that was checked."""
    asked: list[str] = []

    async def resolver(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) > 1 else ["192.0.2.1", "127.0.0.1"]

    client = HttpWebhookSender(WebhookSenderSettings(allow_private=False), resolver=resolver)
    for _ in range(2):
        answer = await client.post("http://rebinding.example/x", {}, b"{}")
        assert answer.code == "ADDRESS_REFUSED"
    assert asked == ["rebinding.example"] * 2
    await client.close()


async def test_connections_go_to_the_very_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is known to nobody but the resolver; with loopback taken for public, the receiver is reached under that name."""
    monkeypatch.setattr("controlplane.adapters.webhooks.addresses.is_public", lambda _: True)

    async def resolver(host: str, port: int) -> Sequence[str]:
        assert host == "receiver.invalid"
        return ["127.0.0.1"]

    async with receiving() as receiver:
        port = receiver.url.rpartition(":")[2]
        client = HttpWebhookSender(WebhookSenderSettings(allow_private=False), resolver=resolver)
        answer = await client.post(f"http://receiver.invalid:{port}/x", {}, b"{}")
        assert answer.status == 200
        assert receiver.reports[0].headers["host"] == f"receiver.invalid:{port}"
        await client.close()


async def test_a_name_that_nobody_knows_may_be_known_later() -> None:
    client = sender()
    answer = await client.post("http://receiver.invalid/x", {}, b"{}")
    assert (answer.status, answer.final) == (0, False)
    await client.close()


async def test_a_long_answer_is_not_read_to_its_end() -> None:
    """The receiver goes on sending for ever; the answer counts all the same."""
    gone = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while not writer.is_closing():
                writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
            gone.set()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    client = sender(max_answer_bytes=10_000, total_seconds=3600)
    answer = await client.post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {}, b"{}")
    assert answer.status == 200
    await gone.wait()
    server.close()
    await client.close()


def test_addresses_that_are_public_and_those_that_are_not() -> None:
    for address in ["8.8.8.8", "2606:4700::1111"]:
        assert is_public(address), address
    for address in [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ]:
        assert not is_public(address), address


async def test_credentials_in_the_url_become_a_header() -> None:
    async with receiving() as receiver:
        client = sender()
        await client.post(receiver.url.replace("//", "//us%40er:pass@"), {}, b"{}")
        assert receiver.reports[0].headers["authorization"] == "Basic dXNAZXI6cGFzcw=="
        await client.close()
