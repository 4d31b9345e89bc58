"""The program on a pseudo terminal."""

import os
import pty
import subprocess
import sys


def on_terminal(words: list[str], environ: dict[str, str], code: int = 0, typed: str = "") -> str:
    """Runs the program on a pseudo terminal, at which somebody has typed; returns all that it drew."""
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "distributedkube.cli.main", *words]
    with subprocess.Popen(
        program, stdout=theirs, stderr=theirs, stdin=theirs, env={**os.environ, **environ}
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = bytearray()
        while chunk := _read(ours):
            shown += chunk
        assert process.wait() == code, shown.decode()
    os.close(ours)
    return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""
