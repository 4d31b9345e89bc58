"""Calls from user code: a task asks for an algorithm or a pipeline to be run, and waits for the answer."""

from enum import StrEnum
from typing import NamedTuple

from controlplane.domain.values import Failure, Payload


class CallKind(StrEnum):
    ALGORITHM = "algorithm"
    """A task of the same job, in the node ``<caller>:<algorithm>``."""
    STORED_PIPELINE = "stored"
    """A job of its own."""
    RAW_PIPELINE = "raw"
    """A job of its own."""


class Call(NamedTuple):
    """What user code asks for."""

    call_id: str
    """Chosen by the caller, unique in its task: asking twice is asking once."""
    kind: CallKind
    name: str
    """Algorithm or stored pipeline."""
    descriptor: bytes
    """Of raw pipelines: the pipeline in JSON."""
    input: Payload
    """The array of arguments of an algorithm, or the flow input of a pipeline."""
    include_result: bool


class CallOutcome(NamedTuple):
    """How a call ended: exactly one of the three is set."""

    output: Payload | None = None
    failure: Failure | None = None
    stopped: str = ""
    """Why it was stopped."""
