"""Settings of the REST edge."""

from dataclasses import dataclass, field
from pathlib import Path

from controlplane.gateway.rate_limit import RateLimitSettings

PREFIXES = ("", "/distributedkube/api-server", "/hkube/api-server")
"""Before every path; the ones that are not empty stand in the addresses which clients use by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """All have a default that suits most installations."""

    max_json_bytes: int = 32 * 1024 * 1024
    """Largest body that is read as JSON or as a form; it is held in memory while it is read."""

    max_upload_bytes: int = 2000 * 1024 * 1024
    """Largest multipart body; it is passed on in pieces."""

    max_url_bytes: int = 16 * 1024
    """Longest path and query together."""

    max_header_bytes: int = 64 * 1024
    """All header names and values of a request together."""

    rate_limit: RateLimitSettings = field(default_factory=RateLimitSettings)
    """Most requests of one caller."""

    head_seconds: float = 20.0
    """How long a caller may take for the head of a request."""

    body_pause_seconds: float = 30.0
    """How long a body may take besides what its size takes at the slowest pace."""

    body_bytes_per_second: int = 4096
    """That pace."""

    max_array_items: int = 1000
    """Most pipelines or algorithms in one request."""

    parallel_items: int = 16
    """Items of such a request that are worked on at a time."""

    linger_bytes: int = 64 * 1024 * 1024
    """Most that is read, and thrown away, of a body after its request was answered."""

    linger_seconds: float = 5.0
    """How long that may take."""

    keep_alive_seconds: float = 15.0
    """Silence of an event stream after which a comment is sent, so that proxies do not cut it."""

    max_event_streams: int = 1000
    """Event streams open at a time; further ones are refused."""

    first_event_seconds: float = 1.0
    """How long an event stream waits for its first answer before it begins; errors until then are plain HTTP errors."""

    retry_after_seconds: int = 1
    """What callers are told to wait when the server cannot do its work now."""

    powered_by: str = "DistributedKube"
    """Value of the header ``X-Powered-By``."""

    version: str = "0.1.0"
    """Version of the product, shown in the OpenAPI document."""

    ingress_prefix: str = ""
    """What a proxy before this server strips off the paths; only the OpenAPI document needs to know."""

    descriptor_set: Path | None = None
    """File with the contract's descriptors and comments (a ``FileDescriptorSet``), from which the OpenAPI document
    takes its descriptions. Without it there are none."""

    require_login: bool = False
    """Whether the OpenAPI document says that a bearer token is needed."""
