"""A full disk without filling one: the operating system refuses to let files grow."""

import contextlib
import resource
from collections.abc import Iterator


@contextlib.contextmanager
def files_may_not_exceed(size_bytes: int) -> Iterator[None]:
    """Writes behind ``size_bytes`` fail in this process; Python ignores the signal that comes with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
