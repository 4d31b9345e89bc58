"""What belongs to a stored pipeline and goes with it."""

from controlplane.domain.catalog_records import pipeline_key
from controlplane.domain.outbox import cron_key
from controlplane.domain.readmes import Described, readme_prefix
from controlplane.ports.state_store import Delete, DeletePrefix, Write


def pipeline_removal(name: str) -> list[Write]:
    """The writes that delete a stored pipeline; its versions stay."""
    return [
        Delete(pipeline_key(name)),
        Delete(cron_key(name)),
        DeletePrefix(readme_prefix(Described.PIPELINE, name)),
    ]
