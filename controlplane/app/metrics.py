"""Metrics of the control plane, read from the roles when somebody asks."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from controlplane.app.core import Core


class _RoleCollector(Collector):
    def __init__(self, core: Core) -> None:
        self._core = core

    def collect(self) -> Iterable[Metric]:
        tasks = GaugeMetricFamily(
            "distributedkube_queue_tasks", "Tasks waiting for a worker or on one, by algorithm.", labels=["algorithm"]
        )
        for name, demand in self._core.queueing.demand().items():
            tasks.add_metric([name], demand.tasks)
        yield tasks
        workers = GaugeMetricFamily(
            "distributedkube_workers", "Connected workers, by algorithm and whether they have tasks.",
            labels=["algorithm", "busy"],
        )  # fmt: skip
        counts: dict[tuple[str, str], int] = {}
        for worker in self._core.queueing.connected():
            key = (worker.algorithm, "true" if worker.busy else "false")
            counts[key] = counts.get(key, 0) + 1
        for (algorithm, busy), count in counts.items():
            workers.add_metric([algorithm, busy], count)
        yield workers
        yield GaugeMetricFamily(
            "distributedkube_jobs_running", "Jobs that are being driven.", value=self._core.driver.running_jobs
        )


def registry_of(core: Core) -> CollectorRegistry:
    """A registry of its own, so that several control planes in one process do not mix."""
    registry = CollectorRegistry()
    registry.register(_RoleCollector(core))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry
