"""What an agent is told through its environment, read once."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_SLOTS = 256


class SettingsError(ValueError):
    """A variable of the environment is missing or wrong; the text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Settings of one worker."""

    gateway: str
    """gRPC target of the control plane: ``host:port`` or ``unix:/path``. `DK_GATEWAY`."""
    token: str
    """Sent as ``authorization: Bearer ...``; empty sends none. `DK_WORKER_TOKEN`."""
    worker_id: str
    """Random id of this very process. `DK_WORKER_ID`."""
    algorithm_name: str
    """`DK_ALGORITHM_NAME`."""
    algorithm_version: str
    """`DK_ALGORITHM_VERSION`."""
    code_dir: Path
    """Folder with the user's code. `DK_CODE_DIR`."""
    entry_point: str
    """Module with `start`, as a path or a dotted name inside the folder. `DK_ENTRY_POINT`."""
    runner_python: str
    """Interpreter of the algorithm's environment. `DK_RUNNER_PYTHON`."""
    slots: int
    """Tasks that run at the same time, each in a process of its own. `DK_SLOTS`."""
    orphan_seconds: float
    """Leave when no control plane has answered for so long. `DK_ORPHAN_SECONDS`."""
    work_dir: Path | None
    """Folder for large data and the like, there already; None is the system's for temporary files. A worker that is killed
    leaves its files behind: whoever gave the folder cleans it. `DK_WORK_DIR`."""


def read_settings(environ: Mapping[str, str]) -> WorkerSettings:
    """Reads the environment. Raises `SettingsError` for the first variable that is missing or wrong."""
    code_dir = Path(_required(environ, "DK_CODE_DIR")).absolute()
    if not code_dir.is_dir():
        raise SettingsError(f"DK_CODE_DIR names {code_dir}, which is not a folder")
    work_dir = Path(environ["DK_WORK_DIR"]).absolute() if environ.get("DK_WORK_DIR") else None
    if work_dir is not None and not work_dir.is_dir():
        raise SettingsError(f"DK_WORK_DIR names {work_dir}, which is not a folder")
    return WorkerSettings(
        gateway=_required(environ, "DK_GATEWAY"),
        token=environ.get("DK_WORKER_TOKEN", ""),
        worker_id=environ.get("DK_WORKER_ID") or uuid.uuid4().hex,
        algorithm_name=_required(environ, "DK_ALGORITHM_NAME"),
        algorithm_version=environ.get("DK_ALGORITHM_VERSION", ""),
        code_dir=code_dir,
        entry_point=environ.get("DK_ENTRY_POINT") or "main.py",
        runner_python=environ.get("DK_RUNNER_PYTHON") or sys.executable,
        slots=int(_number(environ, "DK_SLOTS", 1, 1, MAX_SLOTS)),
        orphan_seconds=_number(environ, "DK_ORPHAN_SECONDS", 60, 1, 86400),
        work_dir=work_dir,
    )


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set")
    return value


def _number(environ: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"{name} must be a number, not {text!r}") from None
    if not low <= value <= high:
        raise SettingsError(f"{name} must be between {low:g} and {high:g}, not {text}")
    return value
