"""Checks 6 and 7: values, references, batches and shapes."""

from __future__ import annotations

import math

import pytest

from distributedkube import codec
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from tests.conformance.gateway import Event, binding, chunk, list_source, payload, value_source
from tests.conformance.harness import WorkerFactory

PLAIN_VALUES = [
    None, True, False, 0, -1, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 2**70, -(2**70), 1.5, "", "žluť 🐎",
    b"", b"\x00\xff", {"bytes": b"\x00", "list": [b"\x01"]}, [], {}, [[], {}, None], list(range(1000)),
]  # fmt: skip


class DataChecks:
    async def test_values_come_back(self, workers: WorkerFactory) -> None:
        """What goes in as input comes out as result."""
        worker = await workers.start("echo")
        tokens = [await worker.gateway.run(value) for value in PLAIN_VALUES]
        assert [(await worker.gateway.value(token))[0] for token in tokens] == PLAIN_VALUES
        nan = await worker.gateway.value(await worker.gateway.run(math.nan))
        assert math.isnan(nan[0])

    async def test_large_result_goes_by_reference(self, workers: WorkerFactory) -> None:
        """A result over the limit is put where the control plane says, with size and digest in its reference."""
        gateway = await workers.gateway()
        gateway.limits.max_inline_bytes = 1000
        worker = await workers.start("echo", gateway=gateway)
        small, large = await gateway.run("x" * 900), await gateway.run("x" * 100_000)
        assert (await gateway.result(small)).output.HasField("data")
        ref = (await gateway.result(large)).output.ref
        stored = gateway.blobs.objects[ref.key]
        assert ref == payload_pb2.BlobRef(
            key=ref.key, size=len(stored), sha256=gateway.blobs.ref("again", stored).sha256
        )
        assert await gateway.value(large) == ["x" * 100_000]
        assert worker.process.returncode is None

    async def test_result_that_cannot_be_stored(self, workers: WorkerFactory) -> None:
        """The task fails; the next one is served."""
        gateway = await workers.gateway()
        gateway.limits.max_inline_bytes = 1000
        gateway.blobs.refuse_puts = True
        await workers.start("echo", gateway=gateway)
        result = await gateway.result(await gateway.run("x" * 2000))
        assert result.failure.category == payload_pb2.Failure.CATEGORY_OUTPUT_STORE
        assert await gateway.value(await gateway.run(1)) == [1]

    async def test_input_by_reference(self, workers: WorkerFactory) -> None:
        """Referenced data is fetched once for all tasks of a node."""
        gateway = await workers.gateway()
        await workers.start("echo", gateway=gateway)
        await gateway.connected()
        ref = payload_pb2.Payload(ref=gateway.blobs.ref("data", codec.pack({"list": [10, 20, 30]})))
        context = gateway.add_context(
            inputs=[None, None],
            sources=[value_source(ref)],
            bindings=[
                binding("0", source=0, selector="list", element=0),
                binding("1", source=0, selector="list", whole=True),
            ],
        )
        tokens = [gateway.assign(context, elements=[index])[0] for index in (2, 0, -1)]
        assert [await gateway.value(token) for token in tokens] == [
            [30, [10, 20, 30]], [10, [10, 20, 30]], [None, [10, 20, 30]],
        ]  # fmt: skip
        assert gateway.blobs.gets == ["data"]

    @pytest.mark.parametrize("fault", ["missing", "digest", "size"])
    async def test_input_that_cannot_be_fetched(self, workers: WorkerFactory, fault: str) -> None:
        """Missing and damaged objects fail the task by their own category."""
        gateway = await workers.gateway()
        await workers.start("echo", gateway=gateway)
        ref = gateway.blobs.ref("data", codec.pack([1]))
        if fault == "missing":
            del gateway.blobs.objects["data"]
        elif fault == "digest":
            ref.sha256 = "0" * 64
        else:
            ref.size += 1
        source = value_source(payload_pb2.Payload(ref=ref))
        token = await gateway.run(None, sources=[source], bindings=[binding("0", source=0, whole=True)])
        assert (await gateway.result(token)).failure.category == payload_pb2.Failure.CATEGORY_INPUT_FETCH

    async def test_input_that_cannot_be_decoded(self, workers: WorkerFactory) -> None:
        """Bytes that are no value fail the task by their own category."""
        gateway = await workers.gateway()
        await workers.start("echo", gateway=gateway)
        source = value_source(payload_pb2.Payload(data=b"\x92\x01"))
        token = await gateway.run(None, sources=[source], bindings=[binding("0", source=0, whole=True)])
        assert (await gateway.result(token)).failure.category == payload_pb2.Failure.CATEGORY_INPUT_DECODE

    async def test_list_of_inline_referenced_and_chunked_members(self, workers: WorkerFactory) -> None:
        """A fan-in keeps batch order whatever its members come from; single members are fetched alone."""
        gateway = await workers.gateway()
        await workers.start("echo", gateway=gateway)
        await gateway.connected()
        remote = payload_pb2.Payload(ref=gateway.blobs.ref("third", codec.pack({"v": 3})))
        source = list_source({"v": 1}, chunk({"v": 2}, {"w": 0}), remote, payload_pb2.Payload())
        whole = gateway.add_context(
            inputs=[None], sources=[source], bindings=[binding("0", source=0, selector="v", whole=True)]
        )
        assert await gateway.value(gateway.assign(whole)[0]) == [[1, 2, None, 3, None]]
        single = gateway.add_context(
            inputs=[None], sources=[source], bindings=[binding("0", source=0, selector="v", element=0)]
        )
        gateway.blobs.gets.clear()
        tokens = [gateway.assign(single, elements=[index])[0] for index in range(5)]
        assert [(await gateway.value(token))[0] for token in tokens] == [1, 2, None, 3, None]
        assert gateway.blobs.gets in ([], ["third"])

    async def test_values_and_deep_places(self, workers: WorkerFactory) -> None:
        """Values of a task's own are put where bindings say, inside maps and arrays."""
        gateway = await workers.gateway()
        await workers.start("echo", gateway=gateway)
        await gateway.connected()
        context = gateway.add_context(
            inputs=[{"a": [0, None]}, "kept"], bindings=[binding("0", "a", "1", value=0, selector="x.1")]
        )
        tokens = [gateway.assign(context, values=[payload({"x": [1, value]})])[0] for value in ("one", {"two": 2})]
        assert [await gateway.value(token) for token in tokens] == [
            [{"a": [0, "one"]}, "kept"], [{"a": [0, {"two": 2}]}, "kept"],
        ]  # fmt: skip

    async def test_json_and_bare_bytes_as_input(self, workers: WorkerFactory) -> None:
        """Other content types are understood; JSON numbers without a fraction are integers."""
        gateway = await workers.gateway()
        await workers.start("echo", gateway=gateway)
        sources = [
            value_source(
                payload_pb2.Payload(content_type="application/json", data=b'{"n": 9007199254740993, "f": 1.5}')
            ),
            value_source(payload_pb2.Payload(content_type="application/octet-stream", data=b"raw")),
        ]
        bindings = [binding("0", source=0, whole=True), binding("1", source=1, whole=True)]
        token = await gateway.run(None, None, sources=sources, bindings=bindings)
        assert await gateway.value(token) == [{"n": 9007199254740993, "f": 1.5}, b"raw"]

    async def test_shapes(self, workers: WorkerFactory) -> None:
        """The parts that later nodes refer to are described, those that are missing are not."""
        worker = await workers.start("echo")
        paths = ["node", "node.0", "node.0.list", "node.0.missing", "node.0.text", "node.1"]
        token = await worker.gateway.run({"list": [1, 2], "text": "x"}, None, save_paths=paths)
        shapes = (await worker.gateway.result(token)).output.shapes
        assert [(shape.path, shape.type, shape.size) for shape in shapes] == [
            ("node", "array", 2), ("node.0", "object", 0), ("node.0.list", "array", 2),
            ("node.0.text", "string", 0), ("node.1", "null", 0),
        ]  # fmt: skip

    async def test_context_drop_and_reuse_of_data(self, workers: WorkerFactory) -> None:
        """A dropped context does not disturb the tasks that still use it."""
        gateway = (await workers.start("echo")).gateway
        await gateway.connected()
        context = gateway.add_context(inputs=["x"])
        tokens = gateway.assign(context, 20)
        gateway.send(Event(context_drop=worker_pb2.ContextDrop(context=context)))
        assert [await gateway.value(token) for token in tokens] == [["x"]] * 20
        assert await gateway.value(await gateway.run("y")) == ["y"]
