"""The blocking client.

    with Client("localhost:9090") as client:
        client.algorithms.apply({"name": "range", "env": "python", "entryPoint": "main.py"}, code="./range")
        job = client.run("numbers", flow_input={"data": 5, "mul": 2})
        print(job.result().value)

Dicts are in the form of the REST API. Waiting is by streams, never by asking again and again. One client may be used
from many threads.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc

from distributedkube.client import calls
from distributedkube.client.calls import Applied, JobResult
from distributedkube.client.channel import DEFAULT_TARGET, channel_options
from distributedkube.client.errors import BuildFailedError
from distributedkube.client.follow import BuildFollow, JobFollow, LogFollow, ResultFollow, TopicFollow
from distributedkube.client.packing import Archive, open_code
from distributedkube.client.transport import Transport

Code = str | PathLike[str] | bytes
"""A folder, an archive, or the bytes of one."""


class Job:
    """One job. Made by `Client.run` and `Client.job`; holds nothing but its id."""

    def __init__(self, transport: Transport, job_id: str) -> None:
        self._transport = transport
        self.id = job_id

    def __repr__(self) -> str:
        return f"Job({self.id!r})"

    def status(self) -> dict[str, Any]:
        """Where the job is. Raises ``NotFoundError``."""
        return self._transport.do(calls.get_job_status(self.id))

    def watch(self, timeout: float | None = None) -> Iterator[dict[str, Any]]:
        """Its status now and after every change, until it has ended. ``WaitTimeoutError`` after ``timeout`` seconds."""
        return self._transport.follow(JobFollow(self.id), timeout)

    def wait(self, timeout: float | None = None) -> dict[str, Any]:
        """Waits until the job has ended, however it did; returns its last status. Raises ``WaitTimeoutError``."""
        status: dict[str, Any] = {}
        for status in self.watch(timeout):  # noqa: B007
            pass
        return status

    def result(self, timeout: float | None = None) -> JobResult:
        """Waits for the job and returns what it returned, decoded.

        Raises:
            JobFailedError: it failed.
            JobStoppedError: it was stopped.
            WaitTimeoutError: it has not ended after ``timeout`` seconds.
        """
        for result in self._transport.follow(ResultFollow(self.id), timeout):
            return calls.job_result(result)
        return self._transport.do(calls.get_job_result(self.id))

    def stop(self, reason: str = "") -> list[str]:
        """Stops the job; returns the ids of the jobs that were stopped. Raises ``NotFoundError`` when it has ended."""
        return self._transport.do(calls.stop_jobs(self.id, "", reason))

    def pause(self) -> None:
        """Starts nothing new of the job; what runs goes on. Raises ``NotAllowedError`` when it has ended."""
        self._transport.do(calls.pause_job(self.id))

    def resume(self) -> None:
        """Lets the job go on. Raises ``NotAllowedError`` when it is not paused."""
        self._transport.do(calls.resume_job(self.id))

    def rerun(self, *, wait: bool = False) -> Job:
        """Runs its pipeline again, with its flow input and the algorithms as they are now; returns the new job."""
        return started(self._transport, self._transport.do(calls.rerun_job(self.id)), wait=wait)

    def run_from_node(self, node: str, debug: bool = False, *, wait: bool = False) -> Job:
        """Runs one node and all that follows it, with what this job kept of the others; returns the new job.

        Args:
            node: first node to run.
            debug: run that node in its author's editor.
            wait: return when the new job has ended, however it did.

        Raises ``InvalidError`` for a node that is none of its pipeline, and ``NotAllowedError`` when an output that is
        needed was not kept.
        """
        return started(self._transport, self._transport.do(calls.run_from_node(self.id, node, debug)), wait=wait)

    def history(self) -> Iterator[dict[str, Any]]:
        """What happened to the job so far, oldest first; read page by page as it is needed."""
        return self._transport.pages(lambda token: calls.list_job_history(self.id, token))

    def explain(self) -> dict[str, Any]:
        """Why the job is where it is: a ``sentence``, and ``reasons`` with what would change each."""
        return self._transport.do(calls.explain_job(self.id))

    def trigger_tree(self) -> dict[str, Any]:
        """The job and those that its end started. Raises ``NotFoundError`` when it started none."""
        return self._transport.do(calls.get_trigger_tree(self.id))

    def webhooks(self) -> dict[str, Any]:
        """How the reports of its ``result`` and ``progress`` went. Raises ``NotFoundError`` when there are none."""
        return self._transport.do(calls.list_webhooks(self.id))

    def logs(self, node: str | None = None, follow: bool = False) -> Iterator[dict[str, Any]]:
        """Lines that its tasks wrote, of one node or all; with ``follow`` also those to come until it has ended."""
        if follow:
            return self._transport.follow(LogFollow(self.id, node))
        return self._transport.pages(lambda token: calls.list_job_logs(self.id, node, token))

    def pipeline(self) -> dict[str, Any]:
        """The pipeline that it runs, defaults filled in."""
        return self._transport.do(calls.get_job_pipeline(self.id))


def started(transport: Transport, job_id: str, *, wait: bool) -> Job:
    """The handle of a job that was just started, or with ``wait`` has ended."""
    job = Job(transport, job_id)
    if wait:
        job.wait()
    return job


class Algorithms:
    """Stored algorithms."""

    def __init__(self, transport: Transport, builds: Builds) -> None:
        self._transport = transport
        self._builds = builds

    def apply(
        self,
        definition: Mapping[str, Any],
        code: Code | None = None,
        *,
        wait: bool = True,
        on_log: Callable[[str], None] | None = None,
        force_update: bool = False,
        force_build: bool = False,
    ) -> Applied:
        """Creates or changes an algorithm, and builds it when its code changed.

        Args:
            definition: in grouped or flat form; a key that is None removes the stored value.
            code: what to build; without it ``code.path`` of the definition counts, if there is one.
            wait: wait for the build.
            on_log: gets each line of the build's log.
            force_update: make the result current even when unfinished jobs use the algorithm.
            force_build: build even when nothing changed.

        Raises:
            InvalidError: the definition or the code breaks a rule.
            BuildFailedError: the build that was waited for failed.
        """
        algorithm, clear, code_path = calls.algorithm_from_dict(definition)
        upload_id = self._upload(code if code is not None else code_path)
        applied = self._transport.do(
            calls.apply_algorithm(algorithm, clear, upload_id, force_update=force_update, force_build=force_build)
        )
        if not (wait and applied.build_id):
            return applied
        return replace(applied, build=self._builds.wait(applied.build_id, on_log))

    def _upload(self, code: Code | None) -> str:
        if code is None:
            return ""
        archive = code_archive(code)
        try:
            return self._transport.upload(archive)
        finally:
            archive.close()

    def list(self, name: str = "") -> list[dict[str, Any]]:
        """All algorithms whose name contains ``name``."""
        return list(self._transport.pages(lambda token: calls.list_algorithms(name, token)))

    def get(self, name: str) -> dict[str, Any]:
        """One algorithm. Raises ``NotFoundError``."""
        return self._transport.do(calls.get_algorithm(name))

    def delete(self, name: str, *, force: bool = False, keep_old_versions: bool = True) -> str:
        """Deletes one; returns a sentence on what went along. ``NotAllowedError`` when in use, unless ``force``."""
        return self._transport.do(calls.delete_algorithm(name, force=force, keep_old_versions=keep_old_versions))


class Pipelines:
    """Stored pipelines."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def store(self, pipeline: Mapping[str, Any], *, replace: bool = False) -> dict[str, Any]:
        """Stores a new pipeline, or with ``replace`` puts it in the place of one. Raises ``AlreadyExistsError``."""
        return self._transport.do(calls.store_pipeline(pipeline, replace=replace))

    def list(self) -> list[dict[str, Any]]:
        """All pipelines."""
        return list(self._transport.pages(calls.list_pipelines))

    def get(self, name: str) -> dict[str, Any]:
        """One pipeline. Raises ``NotFoundError``."""
        return self._transport.do(calls.get_pipeline(name))

    def delete(self, name: str, *, keep_old_versions: bool = True) -> str:
        """Deletes one and stops its jobs; returns a sentence on what went along."""
        return self._transport.do(calls.delete_pipeline(name, keep_old_versions=keep_old_versions))


class Builds:
    """Builds of algorithms."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, build_id: str) -> dict[str, Any]:
        """One build. Raises ``NotFoundError``."""
        return self._transport.do(calls.get_build(build_id))

    def list(self, algorithm_name: str = "") -> list[dict[str, Any]]:
        """Builds of one algorithm or of all, newest first."""
        return list(self._transport.pages(lambda token: calls.list_builds(algorithm_name, token)))

    def watch(self, build_id: str) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
        """The build as it changes, with its new log lines, until it has ended."""
        return self._transport.follow(BuildFollow(build_id))

    def wait(self, build_id: str, on_log: Callable[[str], None] | None = None) -> dict[str, Any]:
        """Waits until a build has ended and returns it. Raises ``BuildFailedError`` unless it completed."""
        build: dict[str, Any] = {"buildId": build_id}
        for build, lines in self.watch(build_id):  # noqa: B007
            if on_log is not None:
                for line in lines:
                    on_log(line)
        if build.get("status") != "completed":
            raise BuildFailedError(build)
        return build


class Client:
    """A connection to one server; opened on the first call, closed by `close` or ``with``.

    Args:
        target: ``host:port`` or ``unix:<path>``.
        token: sent as a bearer token with each call.
        credentials: for TLS, for example ``grpc.ssl_channel_credentials()``; none means an open connection.
        attempts: how often a call that may be repeated is tried while the server is unavailable; 1 to 5.
        first_pause_seconds: before the second attempt; later ones wait longer.
    """

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
            channel = grpc.insecure_channel(target, options=options)
        else:
            channel = grpc.secure_channel(target, credentials, options=options)
        self._transport = Transport(channel, target, token)
        self.builds = Builds(self._transport)
        self.algorithms = Algorithms(self._transport, self.builds)
        self.pipelines = Pipelines(self._transport)

    def run(self, pipeline: Mapping[str, Any] | str, flow_input: Any = None, *, wait: bool = False) -> Job:
        """Runs a pipeline: a dict as it is, or a stored one by its name.

        Args:
            pipeline: a definition or a name.
            flow_input: used instead of the pipeline's own.
            wait: return when the job has ended, however it did.

        Raises ``InvalidError``, ``NotFoundError``, or ``NotAllowedError`` when an algorithm has nothing to run yet.
        """
        return started(self._transport, self._transport.do(calls.run_pipeline(pipeline, flow_input)), wait=wait)

    def run_algorithm(self, name: str, inputs: Sequence[Any] = (), *, wait: bool = False) -> Job:
        """Runs one algorithm on its own. Raises like `run`."""
        return started(self._transport, self._transport.do(calls.run_algorithm(name, inputs)), wait=wait)

    def job(self, job_id: str) -> Job:
        """A handle of a job by its id; does not ask whether it exists."""
        return Job(self._transport, job_id)

    def jobs(self, status: str | None = None) -> list[dict[str, Any]]:
        """Jobs in one state, or those that have not ended; newest first."""
        return list(self._transport.pages(lambda token: calls.list_jobs(status, token)))

    def watch(self, topic: str, timeout: float | None = None, **wanted: Any) -> Iterator[dict[str, Any]]:
        """What a live topic shows, whole after each change: ``for job in client.watch("job", id=job_id)``.

        Ends when nothing more will come of it. A broken connection is opened again; nothing is missed or told twice. Of the
        topic ``logs`` each item has further ``lines``.

        Args:
            topic: for example ``counters``, ``jobs``, ``job``, ``logs``; they are listed at `Topic` in the contract.
            timeout: seconds until ``WaitTimeoutError``; None waits for ever.
            wanted: the topic's filter, with the keys of the contract.

        Raises ``InvalidError`` for a topic or filter that does not exist, ``NotFoundError`` for a job or build that does not.
        """
        return self._transport.follow(TopicFollow(topic, wanted), timeout)

    def stop_pipeline(self, name: str, reason: str = "") -> list[str]:
        """Stops all jobs of a pipeline; returns their ids. Raises ``NotFoundError`` when there are none."""
        return self._transport.do(calls.stop_jobs("", name, reason))

    def pause(self, job_id: str) -> None:
        """`Job.pause` by id."""
        self.job(job_id).pause()

    def resume(self, job_id: str) -> None:
        """`Job.resume` by id."""
        self.job(job_id).resume()

    def rerun(self, job_id: str, *, wait: bool = False) -> Job:
        """`Job.rerun` by id."""
        return self.job(job_id).rerun(wait=wait)

    def run_from_node(self, job_id: str, node: str, debug: bool = False, *, wait: bool = False) -> Job:
        """`Job.run_from_node` by id."""
        return self.job(job_id).run_from_node(node, debug, wait=wait)

    def history(self, job_id: str) -> Iterator[dict[str, Any]]:
        """`Job.history` by id."""
        return self.job(job_id).history()

    def explain(self, job_id: str) -> dict[str, Any]:
        """`Job.explain` by id."""
        return self.job(job_id).explain()

    def trigger_tree(self, job_id: str) -> dict[str, Any]:
        """`Job.trigger_tree` by id."""
        return self.job(job_id).trigger_tree()

    def webhooks(self, job_id: str) -> dict[str, Any]:
        """`Job.webhooks` by id."""
        return self.job(job_id).webhooks()

    def crons(self) -> list[dict[str, Any]]:
        """Stored pipelines that have clock times: ``name``, ``cron``, and ``nextTime`` unless it is off."""
        return list(self._transport.pages(calls.list_crons))

    def start_cron(
        self, name: str, pattern: str | None = None, time_zone: str | None = None, missed_runs: str | None = None
    ) -> None:
        """Turns the clock times of a stored pipeline on. What is None stays as it is stored.

        Args:
            name: the pipeline.
            pattern: 5 fields, or 6 with seconds first; once an hour when none is stored either.
            time_zone: IANA name of the pattern's time zone; UTC when none is stored either.
            missed_runs: about times that passed unseen, ``skip`` or ``once`` for all of them together.

        Raises ``NotFoundError``, or ``InvalidError`` naming the field.
        """
        self._transport.do(calls.start_cron(name, pattern, time_zone, missed_runs))

    def stop_cron(self, name: str) -> None:
        """Turns the clock times of a stored pipeline off. Raises ``NotFoundError``."""
        self._transport.do(calls.stop_cron(name))

    def close(self) -> None:
        """Ends all calls and closes the connection."""
        self._transport.channel.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def code_archive(code: Code) -> Archive:
    """Opens what a caller gave as code. Raises like `open_code`."""
    if isinstance(code, bytes):
        return Archive(io.BytesIO(code), "code", len(code), None)
    return open_code(Path(code))
