"""What is wrong with the environment is said by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from distributedkube.worker.agent.settings import SettingsError, read_settings


def environ(folder: Path, **more: str) -> dict[str, str]:
    return {"DK_GATEWAY": "localhost:1", "DK_ALGORITHM_NAME": "a", "DK_CODE_DIR": str(folder), **more}


def test_defaults(tmp_path: Path) -> None:
    """Three variables are enough."""
    settings = read_settings(environ(tmp_path))
    assert (settings.entry_point, settings.slots, settings.orphan_seconds) == ("main.py", 1, 60)
    assert settings.worker_id != read_settings(environ(tmp_path)).worker_id


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DK_GATEWAY", ""),
        ("DK_ALGORITHM_NAME", ""),
        ("DK_CODE_DIR", "/no/such/folder"),
        ("DK_SLOTS", "0"),
        ("DK_SLOTS", "many"),
        ("DK_ORPHAN_SECONDS", "nan"),
        ("DK_WORK_DIR", "/no/such/folder"),
    ],
)
def test_errors_name_the_variable(tmp_path: Path, variable: str, value: str) -> None:
    """Missing, malformed and out of range."""
    with pytest.raises(SettingsError, match=variable):
        read_settings(environ(tmp_path, **{variable: value}))
