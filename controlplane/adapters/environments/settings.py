"""What can be set about embedded builds."""

from dataclasses import dataclass, field

from controlplane.adapters.environments.layout import ArchiveLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSettings:
    limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    """Of the author's archive."""

    install_seconds: float = 1800.0
    """How long the installation of dependencies may take; a tool that hangs must not hold a build slot for ever."""

    load_check_seconds: float = 60.0
    """How long importing the entry point may take. Workers import it too, so what is slow here is slow at every start."""

    unused_layers: int = 8
    """Installed dependencies kept although no environment uses them: mostly those of code that is being put right."""
