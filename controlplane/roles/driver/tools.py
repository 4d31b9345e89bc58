"""What all jobs of a driver work with."""

from dataclasses import dataclass

from controlplane.ports.catalog import AlgorithmCatalog
from controlplane.ports.dispatch import TaskQueues
from controlplane.ports.job_starter import JobStarter
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from controlplane.roles.driver.finisher import Finisher
from controlplane.roles.driver.journal import Journal

SUB_PIPELINE = "sub-pipeline"
"""Type of jobs that user code called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverTools:
    """Shared by all jobs of a driver."""

    store: StateStore
    objects: ObjectStore
    clock: Clock
    journal: Journal
    finisher: Finisher
    queues: TaskQueues
    catalog: AlgorithmCatalog
    starter: JobStarter
