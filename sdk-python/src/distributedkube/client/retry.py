"""When to try again. Pure: says how long to wait, never waits.

Single calls are repeated by gRPC itself, by the service config made here: only those that change nothing or carry a
request id, so that a repetition cannot do something twice. Streams are opened again by `follow`, paced by
`Reconnects`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

REPEATABLE = {
    "distributedkube.api.algorithm.v1.AlgorithmService": ("ApplyAlgorithm", "ListAlgorithms", "GetAlgorithm"),
    "distributedkube.api.build.v1.BuildService": ("UploadSource", "GetBuild", "ListBuilds"),
    "distributedkube.api.job.v1.JobService": (
        "RunRawPipeline",
        "RunStoredPipeline",
        "RunAlgorithm",
        "PauseJob",
        "RerunJob",
        "RunFromNode",
        "ListJobHistory",
        "ExplainJob",
        "ListJobs",
        "GetJobStatus",
        "GetJobResult",
        "GetJobPipeline",
        "ListJobLogs",
    ),
    "distributedkube.api.pipeline.v1.PipelineService": (
        "CreatePipeline",
        "UpdatePipeline",
        "ListPipelines",
        "GetPipeline",
    ),
    "distributedkube.api.trigger.v1.TriggerService": (
        "ListCrons",
        "StartCron",
        "StopCron",
        "GetTriggerTree",
        "ListWebhooks",
    ),
}
"""Calls that may be repeated. Deleting, stopping and resuming jobs are not: a second call finds nothing to do and would
report that."""

SHORTEST_PAUSE_SECONDS = 0.01
"""With a first pause of 1 ms gRPC (seen with 1.85) never makes the second attempt, and the call waits for its deadline."""


def service_config(*, attempts: int = 5, first_seconds: float = 0.2, most_seconds: float = 3.0) -> str:
    """The service config of a channel: on ``UNAVAILABLE`` tries again with growing, spread out pauses.

    gRPC allows 5 attempts at most; 1 turns repetition off.
    """
    if attempts <= 1:
        return "{}"
    policy = {
        "maxAttempts": min(attempts, 5),
        "initialBackoff": f"{max(first_seconds, SHORTEST_PAUSE_SECONDS)}s",
        "maxBackoff": f"{most_seconds}s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    names = [{"service": service, "method": method} for service, methods in REPEATABLE.items() for method in methods]
    return json.dumps({"methodConfig": [{"name": names, "retryPolicy": policy}]})


@dataclass(slots=True)
class Reconnects:
    """Pauses between the attempts to open a broken stream again: the first at once, then longer, then no more."""

    pauses_seconds: tuple[float, ...] = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
    _used: int = field(default=0, init=False)

    def news(self) -> None:
        """The stream brought something new, so the next break counts as the first one."""
        self._used = 0

    def pause(self) -> float | None:
        """Seconds to wait before the next attempt, None when it is time to give up."""
        if self._used >= len(self.pauses_seconds):
            return None
        self._used += 1
        return self.pauses_seconds[self._used - 1]
