"""Async iterators that can be closed: what ends with the reader."""

from collections.abc import AsyncIterator, Awaitable
from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)


class AsyncStream(Protocol[T_co]):
    """An async generator, or what looks like one. ``contextlib.aclosing`` closes it when its reader leaves."""

    def __aiter__(self) -> AsyncIterator[T_co]: ...

    def __anext__(self) -> Awaitable[T_co]: ...

    def aclose(self) -> Awaitable[object]:
        """Ends the stream; what it holds is let go."""
        ...
