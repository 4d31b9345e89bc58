"""Values that each task of a node has of its own, and the parts of `args` that only some tasks have."""

from __future__ import annotations

from typing import Any

import pytest

from distributedkube import codec
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from tests.conformance.gateway import binding, payload, value_source
from tests.conformance.harness import WorkerFactory


def element_of(*place: str, value: int = 0, element: int = 0, selector: str = "") -> worker_pb2.InputBinding:
    """One element of one of a task's own values."""
    return binding(*place, selector=selector, value_element=worker_pb2.ValueElement(value=value, element=element))


class ValueChecks:
    async def test_whole_values(self, workers: WorkerFactory) -> None:
        """A task gets its own values, whole or what a selector finds; one that leads nowhere gives null."""
        gateway = (await workers.start("echo")).gateway
        await gateway.connected()
        context = gateway.add_context(
            inputs=[None, None, None, "kept"],
            sources=[value_source("shared")],
            bindings=[
                binding("0", value=1),
                binding("1", value=0, selector="a.1"),
                binding("2", value=0, selector="b"),
            ],
        )
        tokens = [
            gateway.assign(context, values=[payload({"a": [1, number]}), payload([number])])[0] for number in range(3)
        ]
        assert [await gateway.value(token) for token in tokens] == [
            [[number], number, None, "kept"] for number in range(3)
        ]

    @pytest.mark.parametrize(
        ("value", "selector", "element", "expected"),
        [
            ([10, 20], "", 1, 20),
            ([10, 20], "", -1, None),
            ({"list": [{"x": 1}, {"x": 2}]}, "list", 0, {"x": 1}),
            ({"list": [1]}, "elsewhere", 0, None),
            ({"list": 5}, "list", 0, None),
            ("text", "", 0, None),
            ({"0": "no array"}, "", 0, None),
            (None, "", 0, None),
        ],
    )
    async def test_elements_of_values(
        self, workers: WorkerFactory, value: Any, selector: str, element: int, expected: Any
    ) -> None:
        """One element of the array in a value; -1, no array and a selector that leads nowhere give null."""
        gateway = (await workers.start("echo")).gateway
        await gateway.connected()
        context = gateway.add_context(inputs=[None], bindings=[element_of("0", value=1, element=1, selector=selector)])
        (token,) = gateway.assign(context, elements=[7, element], values=[payload("other"), payload(value)])
        assert await gateway.value(token) == [expected]

    async def test_the_whole_input(self, workers: WorkerFactory) -> None:
        """An empty place stands for all of `input`."""
        gateway = (await workers.start("echo")).gateway
        await gateway.connected()
        whole = gateway.add_context(inputs=["replaced"], bindings=[binding(value=0, selector="given")])
        assert await gateway.value(gateway.assign(whole, values=[payload({"given": [1, [2]]})])[0]) == [1, [2]]
        element = gateway.add_context(bindings=[element_of()])
        assert await gateway.value(gateway.assign(element, elements=[1], values=[payload([[1], [2, 3]])])[0]) == [2, 3]

    async def test_values_by_reference(self, workers: WorkerFactory) -> None:
        """They are fetched before the task begins; a value that cannot be had fails its task alone."""
        gateway = (await workers.start("echo")).gateway
        await gateway.connected()
        context = gateway.add_context(
            inputs=[None, None], bindings=[binding("0", value=0, selector="list"), element_of("1", selector="list")]
        )
        values = [payload_pb2.Payload(ref=gateway.blobs.ref("own", codec.pack({"list": [1, 2]})))]
        lost = payload_pb2.Payload(ref=payload_pb2.BlobRef(key="lost", size=1, url=gateway.blobs.url("lost")))
        (token,) = gateway.assign(context, elements=[1], values=values)
        (failing,) = gateway.assign(context, elements=[1], values=[lost])
        assert await gateway.value(token) == [[1, 2], 2]
        assert (await gateway.result(failing)).failure.category == payload_pb2.Failure.CATEGORY_INPUT_FETCH
        assert await gateway.value(await gateway.run(1)) == [1]

    async def test_args_of_triggered_and_called_tasks(self, workers: WorkerFactory) -> None:
        """`triggerIndex` and `execId` are there for the tasks that have them, and only for them."""
        gateway = (await workers.start("arguments")).gateway
        await gateway.connected()
        context = gateway.add_context(inputs=[1], args={"parentNodeName": "caller"})
        (plain,) = gateway.assign(context)
        (triggered,) = gateway.assign(context, trigger_index=3)
        (called,) = gateway.assign(context, call_id="7")
        args = [(await gateway.value(token))["args"] for token in (plain, triggered, called)]
        assert [one.get("triggerIndex") for one in args] == [None, 3, None]
        assert [one.get("execId") for one in args] == [None, None, "7"]
        assert all("triggerIndex" not in one and "execId" not in one for one in args[:1])
        assert args[2]["parentNodeName"] == "caller"
