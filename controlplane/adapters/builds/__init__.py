"""Embedded builds: from an archive to an environment of its own on disk. Not how its workers are run."""

from controlplane.adapters.builds.archives import ArchiveInspector
from controlplane.adapters.builds.builder import EnvironmentBuilder, EnvironmentSettings

__all__ = ["ArchiveInspector", "EnvironmentBuilder", "EnvironmentSettings"]
