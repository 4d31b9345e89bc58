"""Workers as processes of this machine. Not how their environments are built."""

from controlplane.adapters.processes.cluster import ProcessCluster, ProcessSettings

__all__ = ["ProcessCluster", "ProcessSettings"]
