"""The embedded builds: an author's archive becomes a folder with code and an interpreter of its own. Not how it is run."""

from controlplane.adapters.environments.archives import ArchiveInspector
from controlplane.adapters.environments.builder import EnvironmentBuilder
from controlplane.adapters.environments.layout import ArchiveLimits
from controlplane.adapters.environments.settings import EnvironmentSettings

__all__ = ["ArchiveInspector", "ArchiveLimits", "EnvironmentBuilder", "EnvironmentSettings"]
