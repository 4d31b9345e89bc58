"""What a local worker is started with: command line, environment, files. Pure but for reading our own environment."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from controlplane.adapters.processes.proc import WORKER_ID
from controlplane.domain.errors import UnavailableError
from controlplane.ports.cluster import WorkerSpec

_PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TZ",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
)
"""The only variables of the control plane that workers get: nothing secret."""


_HOW_TO_GET = {"node": "install Node.js 20 or newer, with your system's package manager or nvm"}


@dataclass(frozen=True, slots=True)
class Runtime:
    """An embedded build: ``env:<language>:<path>``."""

    language: str
    path: Path

    @property
    def code_dir(self) -> Path:
        return self.path / "code"


def parse_runtime(text: str) -> Runtime:
    """Raises ``UnavailableError`` for a runtime that cannot be a process."""
    kind, _, rest = text.partition(":")
    language, _, path = rest.partition(":")
    if kind != "env" or not language or not path:
        raise UnavailableError(f"{text} cannot run as a local process: only embedded builds can")
    return Runtime(language, Path(path))


def command_of(runtime: Runtime, commands: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The worker's command line for a language."""
    if runtime.language not in commands:
        raise UnavailableError(
            f"there is no local worker for {runtime.language}; there are {', '.join(sorted(commands))}"
        )
    return commands[runtime.language]


def missing(program: str) -> UnavailableError:
    """A worker's program is not there: which, and how to get it."""
    how = _HOW_TO_GET.get(Path(program).name, f"install {program}")
    return UnavailableError(f"{program} is not installed or not on PATH; {how}, then start the control plane again")


def environment_of(
    spec: WorkerSpec,
    runtime: Runtime,
    *,
    worker_id: str,
    gateway: str,
    token: str,
    orphan_seconds: float,
    metrics_dir: Path,
    work_dir: Path,
) -> dict[str, str]:
    """All variables of a worker: a clean base, the author's, what algorithms can rely on, and our own on top."""
    inherited = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    relied_on = {
        "ALGORITHM_TYPE": spec.algorithm_name,
        "ALGORITHM_ENTRY_POINT": spec.entry_point,
        "ALGORITHM_PATH": str(runtime.code_dir),
        "ALGO_METRICS_DIR": str(metrics_dir),
        "PYTHONUNBUFFERED": "1",
    }
    ours = {
        "DK_GATEWAY": gateway,
        "DK_WORKER_TOKEN": token,
        WORKER_ID: worker_id,
        "DK_ALGORITHM_NAME": spec.algorithm_name,
        "DK_ALGORITHM_VERSION": spec.algorithm_version,
        "DK_CODE_DIR": str(runtime.code_dir),
        "DK_ENTRY_POINT": spec.entry_point,
        "DK_SLOTS": str(spec.slots),
        "DK_ORPHAN_SECONDS": f"{orphan_seconds:g}",
        "DK_WORK_DIR": str(work_dir),
    }
    if runtime.language == "python":
        ours["DK_RUNNER_PYTHON"] = str(runtime.path / "venv" / "bin" / "python")
    return {**inherited, **relied_on, **spec.environment, **ours}
