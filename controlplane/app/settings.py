"""Settings of the program, by topic. The environment is read here and nowhere else."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from controlplane.adapters.webhooks import WebhookSenderSettings
from controlplane.domain.queue_records import MAX_PREFERRED
from controlplane.domain.values import MAX_INLINE_BYTES
from controlplane.gateway.rate_limit import RateLimitSettings
from controlplane.ports.program import Limit
from controlplane.roles.builds.role import BuildSettings
from controlplane.roles.driver.role import DriverSettings
from controlplane.roles.janitor.role import JanitorSettings
from controlplane.roles.logs.role import LogSettings
from controlplane.roles.queueing.role import QueueingSettings
from controlplane.roles.scaling.role import ScalingSettings
from controlplane.roles.triggers.settings import TriggerSettings
from controlplane.roles.watching.channel import WatchSettings
from controlplane.roles.webhooks.settings import WebhookSettings

DEFAULT_HTTP_PORT = 8090
DEFAULT_GRPC_PORT = 9090


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedSettings:
    """The control plane on one machine."""

    data_dir: Path
    """Holds everything: state, objects, environments, logs of workers."""
    host: str = "127.0.0.1"
    """Address to listen on. There is no authentication yet, so others than loopback are refused."""
    http_port: int = DEFAULT_HTTP_PORT
    """0 picks a free one."""
    grpc_port: int = DEFAULT_GRPC_PORT
    """0 picks a free one."""
    max_upload_bytes: int = 512 * 1024 * 1024
    stop_grace_seconds: float = 5.0
    """Workers get so long to end when the control plane stops."""
    seed: bool = False
    """Whether example algorithms and pipelines are stored at the start, where they are missing."""
    orphan_seconds: float = 60.0
    """Workers whose control plane is gone for longer end by themselves."""
    cpu_milli: int = 0
    """Cores that workers may use together, in thousandths; 0: all of the machine's."""
    memory_mib: int = 0
    """Memory that workers may use together; 0: all of the machine's."""
    driver: DriverSettings = field(default_factory=DriverSettings)
    queueing: QueueingSettings = field(default_factory=QueueingSettings)
    scaling: ScalingSettings = field(default_factory=ScalingSettings)
    builds: BuildSettings = field(default_factory=BuildSettings)
    logs: LogSettings = field(default_factory=LogSettings)
    triggers: TriggerSettings = field(default_factory=TriggerSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    watching: WatchSettings = field(default_factory=WatchSettings)
    webhook_sender: WebhookSenderSettings = field(default_factory=WebhookSenderSettings)
    janitor: JanitorSettings = field(default_factory=JanitorSettings)
    rate_limit: RateLimitSettings = field(default_factory=RateLimitSettings)


def limits_of(settings: EmbeddedSettings) -> Sequence[Limit]:
    """What users may want to know of the settings."""
    return (
        Limit("active jobs", settings.driver.max_active_jobs, "jobs"),
        Limit("preferred jobs", MAX_PREFERRED, "jobs"),
        Limit("upload", settings.max_upload_bytes, "bytes"),
        Limit("inline result", MAX_INLINE_BYTES, "bytes"),
        Limit("requests", settings.rate_limit.requests, "requests/s"),
    )


def default_data_dir(environment: Mapping[str, str] | None = None) -> Path:
    """``$DISTRIBUTEDKUBE_DATA_DIR``, else ``distributedkube`` in the user's data folder."""
    environment = os.environ if environment is None else environment
    if environment.get("DISTRIBUTEDKUBE_DATA_DIR"):
        return Path(environment["DISTRIBUTEDKUBE_DATA_DIR"])
    base = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "distributedkube"
