"""Checks 1 to 5: how code is loaded and called, and what stays between tasks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from distributedkube.api.type.v1 import payload_pb2
from tests.conformance.gateway import Event
from tests.conformance.harness import CODE, WorkerFactory


class LoadingChecks:
    async def test_says_who_it_is(self, workers: WorkerFactory) -> None:
        """The first event introduces the worker, and its identity is in the metadata."""
        worker = await workers.start("echo")
        hello = (await worker.gateway.connected()).hello
        assert (hello.algorithm_name, hello.algorithm_version, hello.incarnation_id) == ("algorithm", "v1", "worker-0")
        assert hello.language == workers.language.name
        assert hello.slots == 1
        assert hello.min_minor == hello.max_minor == 1
        assert not hello.HasField("resume")
        assert not hello.HasField("load_error")
        assert worker.gateway.metadata[0]["authorization"] == "Bearer secret"

    @pytest.mark.parametrize("algorithm", ["missing_start", "syntax_error", "import_error"])
    async def test_code_that_cannot_be_loaded(self, workers: WorkerFactory, tmp_path: Path, algorithm: str) -> None:
        """Each task fails with the cause; the worker stays."""
        folder = CODE / workers.language.name
        kept = folder / f"{algorithm}.txt"
        if kept.exists():  # Under another name, out of the way of linters.
            shutil.copy(kept, tmp_path / f"{algorithm}{workers.language.suffix}")
            folder = tmp_path
        worker = await workers.start(algorithm, code_dir=folder)
        stream = await worker.gateway.connected()
        error = stream.hello.load_error
        assert error.category == payload_pb2.Failure.CATEGORY_LOAD
        expected = {"missing_start": "start", "syntax_error": "", "import_error": "there_is_no_such_module"}[algorithm]
        assert expected in error.message
        for _ in range(2):
            result = await worker.gateway.result(await worker.gateway.run(1))
            assert result.failure.category == payload_pb2.Failure.CATEGORY_LOAD
            assert result.failure.message == error.message
        assert worker.process.returncode is None

    async def test_process_that_ends_while_loading(self, workers: WorkerFactory) -> None:
        """After a few attempts this is an error of the code, told with its last words."""
        worker = await workers.start("dies_loading")
        error = (await worker.gateway.connected()).hello.load_error
        assert error.category == payload_pb2.Failure.CATEGORY_LOAD
        assert "exit code 7" in error.message
        assert "about to give up" in error.stack_trace

    async def test_arguments(self, workers: WorkerFactory) -> None:
        """`init` and `start` share one object with all keys; `init` sees resolved input."""
        worker = await workers.start("arguments")
        await worker.gateway.connected()
        context = worker.gateway.add_context(inputs=[1, {"a": [2]}])
        (token,) = worker.gateway.assign(context, attempt=3)
        seen = await worker.gateway.value(token)
        assert seen["initInput"] == [1, {"a": [2]}]
        args = seen["args"]
        assert args["input"] == [1, {"a": [2]}, "added"]
        assert args["fromInit"] == 1
        assert (args["jobId"], args["nodeName"], args["pipelineName"]) == ("job-123456ab", "node", "pipeline")
        assert (args["batchIndex"], args["attempt"], args["attempts"]) == (0, 3, 2)
        assert args["taskId"] == token.decode()[-8:]
        assert args["childs"] == ["next"]

    async def test_batch_index_counts_from_one(self, workers: WorkerFactory) -> None:
        """Tasks of a batch know their place."""
        worker = await workers.start("arguments")
        await worker.gateway.connected()
        tokens = worker.gateway.assign(worker.gateway.add_context(inputs=[0]), 3)
        assert [(await worker.gateway.value(token))["args"]["batchIndex"] for token in tokens] == [1, 2, 3]

    async def test_globals_stay_arguments_do_not(self, workers: WorkerFactory) -> None:
        """The process is the same for tasks of several jobs; what a task does to its arguments is gone with it."""
        worker = await workers.start("counter")
        await worker.gateway.connected()
        first = worker.gateway.add_context(inputs=[{"k": 1}], job_id="job-1")
        second = worker.gateway.add_context(inputs=[{"k": 1}], job_id="job-2")
        tokens = worker.gateway.assign(first, 2) + worker.gateway.assign(second)
        assert [await worker.gateway.value(token) for token in tokens] == [[1, False], [2, False], [3, False]]

    async def test_unknown_events_are_skipped(self, workers: WorkerFactory) -> None:
        """An event of a later minor has no member set here."""
        worker = await workers.start("echo")
        await worker.gateway.connected()
        worker.gateway.send(Event(), Event.FromString(b"\xfa\x3f\x02\x08\x01"))
        assert await worker.gateway.value(await worker.gateway.run(5)) == [5]

    async def test_folders(self, workers: WorkerFactory) -> None:
        """The working directory is the code folder, and neighbours can be imported."""
        folder = CODE / workers.language.name / "loading"
        worker = await workers.start("", code_dir=folder, entry_point="main" + workers.language.suffix)
        value = await worker.gateway.value(await worker.gateway.run())
        assert value == {"names": ["sibling", "sibling"], "file": "a file", "cwd": str(folder)}
