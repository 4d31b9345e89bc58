"""The awaiting client: the methods of `sync.Client`, for asyncio.

    async with AsyncClient("localhost:9090") as client:
        job = await client.run("numbers", flow_input={"data": 5, "mul": 2})
        print((await job.result()).value)

Make it inside a running event loop; it belongs to that loop. What a method means, returns and raises is said in
`sync`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

import grpc
import grpc.aio

from distributedkube.client import calls
from distributedkube.client.aio_transport import AsyncTransport
from distributedkube.client.calls import Applied, JobResult
from distributedkube.client.channel import DEFAULT_TARGET, channel_options
from distributedkube.client.errors import BuildFailedError
from distributedkube.client.follow import BuildFollow, JobFollow, LogFollow, ResultFollow, TopicFollow
from distributedkube.client.sync import Code, code_archive


class AsyncJob:
    """One job. Made by `AsyncClient.run` and `AsyncClient.job`; holds nothing but its id."""

    def __init__(self, transport: AsyncTransport, job_id: str) -> None:
        self._transport = transport
        self.id = job_id

    def __repr__(self) -> str:
        return f"AsyncJob({self.id!r})"

    async def status(self) -> dict[str, Any]:
        return await self._transport.do(calls.get_job_status(self.id))

    def watch(self, timeout: float | None = None) -> AsyncIterator[dict[str, Any]]:
        return self._transport.follow(JobFollow(self.id), timeout)

    async def wait(self, timeout: float | None = None) -> dict[str, Any]:  # noqa: ASYNC109
        status: dict[str, Any] = {}
        async for status in self.watch(timeout):  # noqa: B007
            pass
        return status

    async def result(self, timeout: float | None = None) -> JobResult:  # noqa: ASYNC109
        async for result in self._transport.follow(ResultFollow(self.id), timeout):
            return calls.job_result(result)
        return await self._transport.do(calls.get_job_result(self.id))

    async def stop(self, reason: str = "") -> list[str]:
        return await self._transport.do(calls.stop_jobs(self.id, "", reason))

    async def pause(self) -> None:
        await self._transport.do(calls.pause_job(self.id))

    async def resume(self) -> None:
        await self._transport.do(calls.resume_job(self.id))

    async def rerun(self, *, wait: bool = False) -> AsyncJob:
        return await started(self._transport, await self._transport.do(calls.rerun_job(self.id)), wait=wait)

    async def run_from_node(self, node: str, debug: bool = False, *, wait: bool = False) -> AsyncJob:
        job_id = await self._transport.do(calls.run_from_node(self.id, node, debug))
        return await started(self._transport, job_id, wait=wait)

    def history(self) -> AsyncIterator[dict[str, Any]]:
        return self._transport.pages(lambda token: calls.list_job_history(self.id, token))

    async def explain(self) -> dict[str, Any]:
        return await self._transport.do(calls.explain_job(self.id))

    async def trigger_tree(self) -> dict[str, Any]:
        return await self._transport.do(calls.get_trigger_tree(self.id))

    async def webhooks(self) -> dict[str, Any]:
        return await self._transport.do(calls.list_webhooks(self.id))

    def logs(self, node: str | None = None, follow: bool = False) -> AsyncIterator[dict[str, Any]]:
        if follow:
            return self._transport.follow(LogFollow(self.id, node))
        return self._transport.pages(lambda token: calls.list_job_logs(self.id, node, token))

    async def pipeline(self) -> dict[str, Any]:
        return await self._transport.do(calls.get_job_pipeline(self.id))


async def started(transport: AsyncTransport, job_id: str, *, wait: bool) -> AsyncJob:
    """The handle of a job that was just started, or with ``wait`` has ended."""
    job = AsyncJob(transport, job_id)
    if wait:
        await job.wait()
    return job


class AsyncAlgorithms:
    """Stored algorithms."""

    def __init__(self, transport: AsyncTransport, builds: AsyncBuilds) -> None:
        self._transport = transport
        self._builds = builds

    async def apply(
        self,
        definition: Mapping[str, Any],
        code: Code | None = None,
        *,
        wait: bool = True,
        on_log: Callable[[str], None] | None = None,
        force_update: bool = False,
        force_build: bool = False,
    ) -> Applied:
        algorithm, clear, code_path = calls.algorithm_from_dict(definition)
        upload_id = await self._upload(code if code is not None else code_path)
        applied = await self._transport.do(
            calls.apply_algorithm(algorithm, clear, upload_id, force_update=force_update, force_build=force_build)
        )
        if not (wait and applied.build_id):
            return applied
        return replace(applied, build=await self._builds.wait(applied.build_id, on_log))

    async def _upload(self, code: Code | None) -> str:
        if code is None:
            return ""
        archive = await asyncio.to_thread(code_archive, code)
        try:
            return await self._transport.upload(archive)
        finally:
            archive.close()

    async def list(self, name: str = "") -> list[dict[str, Any]]:
        return await self._transport.all_pages(lambda token: calls.list_algorithms(name, token))

    async def get(self, name: str) -> dict[str, Any]:
        return await self._transport.do(calls.get_algorithm(name))

    async def delete(self, name: str, *, force: bool = False, keep_old_versions: bool = True) -> str:
        return await self._transport.do(calls.delete_algorithm(name, force=force, keep_old_versions=keep_old_versions))


class AsyncPipelines:
    """Stored pipelines."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def store(self, pipeline: Mapping[str, Any], *, replace: bool = False) -> dict[str, Any]:
        return await self._transport.do(calls.store_pipeline(pipeline, replace=replace))

    async def list(self) -> list[dict[str, Any]]:
        return await self._transport.all_pages(calls.list_pipelines)

    async def get(self, name: str) -> dict[str, Any]:
        return await self._transport.do(calls.get_pipeline(name))

    async def delete(self, name: str, *, keep_old_versions: bool = True) -> str:
        return await self._transport.do(calls.delete_pipeline(name, keep_old_versions=keep_old_versions))


class AsyncBuilds:
    """Builds of algorithms."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(self, build_id: str) -> dict[str, Any]:
        return await self._transport.do(calls.get_build(build_id))

    async def list(self, algorithm_name: str = "") -> list[dict[str, Any]]:
        return await self._transport.all_pages(lambda token: calls.list_builds(algorithm_name, token))

    def watch(self, build_id: str) -> AsyncIterator[tuple[dict[str, Any], tuple[str, ...]]]:
        return self._transport.follow(BuildFollow(build_id))

    async def wait(self, build_id: str, on_log: Callable[[str], None] | None = None) -> dict[str, Any]:
        build: dict[str, Any] = {"buildId": build_id}
        async for build, lines in self.watch(build_id):  # noqa: B007
            if on_log is not None:
                for line in lines:
                    on_log(line)
        if build.get("status") != "completed":
            raise BuildFailedError(build)
        return build


class AsyncClient:
    """A connection to one server; the arguments are those of `sync.Client`."""

    def __init__(
        self,
        target: str = DEFAULT_TARGET,
        *,
        token: str | None = None,
        credentials: grpc.ChannelCredentials | None = None,
        attempts: int = 5,
        first_pause_seconds: float = 0.2,
    ) -> None:
        options = channel_options(target, attempts=attempts, first_pause_seconds=first_pause_seconds)
        if credentials is None:
            channel = grpc.aio.insecure_channel(target, options=options)
        else:
            channel = grpc.aio.secure_channel(target, credentials, options=options)
        self._transport = AsyncTransport(channel, target, token)
        self.builds = AsyncBuilds(self._transport)
        self.algorithms = AsyncAlgorithms(self._transport, self.builds)
        self.pipelines = AsyncPipelines(self._transport)

    async def run(self, pipeline: Mapping[str, Any] | str, flow_input: Any = None, *, wait: bool = False) -> AsyncJob:
        job_id = await self._transport.do(calls.run_pipeline(pipeline, flow_input))
        return await started(self._transport, job_id, wait=wait)

    async def run_algorithm(self, name: str, inputs: Sequence[Any] = (), *, wait: bool = False) -> AsyncJob:
        return await started(self._transport, await self._transport.do(calls.run_algorithm(name, inputs)), wait=wait)

    def job(self, job_id: str) -> AsyncJob:
        return AsyncJob(self._transport, job_id)

    async def jobs(self, status: str | None = None) -> list[dict[str, Any]]:
        return await self._transport.all_pages(lambda token: calls.list_jobs(status, token))

    def watch(self, topic: str, timeout: float | None = None, **wanted: Any) -> AsyncIterator[dict[str, Any]]:
        return self._transport.follow(TopicFollow(topic, wanted), timeout)

    async def stop_pipeline(self, name: str, reason: str = "") -> list[str]:
        return await self._transport.do(calls.stop_jobs("", name, reason))

    async def pause(self, job_id: str) -> None:
        await self.job(job_id).pause()

    async def resume(self, job_id: str) -> None:
        await self.job(job_id).resume()

    async def rerun(self, job_id: str, *, wait: bool = False) -> AsyncJob:
        return await self.job(job_id).rerun(wait=wait)

    async def run_from_node(self, job_id: str, node: str, debug: bool = False, *, wait: bool = False) -> AsyncJob:
        return await self.job(job_id).run_from_node(node, debug, wait=wait)

    def history(self, job_id: str) -> AsyncIterator[dict[str, Any]]:
        return self.job(job_id).history()

    async def explain(self, job_id: str) -> dict[str, Any]:
        return await self.job(job_id).explain()

    async def trigger_tree(self, job_id: str) -> dict[str, Any]:
        return await self.job(job_id).trigger_tree()

    async def webhooks(self, job_id: str) -> dict[str, Any]:
        return await self.job(job_id).webhooks()

    async def crons(self) -> list[dict[str, Any]]:
        return await self._transport.all_pages(calls.list_crons)

    async def start_cron(
        self, name: str, pattern: str | None = None, time_zone: str | None = None, missed_runs: str | None = None
    ) -> None:
        await self._transport.do(calls.start_cron(name, pattern, time_zone, missed_runs))

    async def stop_cron(self, name: str) -> None:
        await self._transport.do(calls.stop_cron(name))

    async def close(self) -> None:
        """Ends all calls and closes the connection."""
        await self._transport.channel.close(None)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
