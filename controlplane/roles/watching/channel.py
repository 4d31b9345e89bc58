"""One topic, computed once for all its readers.

A channel turns while it has readers: wait for a ring, compute, take the difference, rest. What readers lag behind is not
queued for each of them; each has a place in the one ring of recent patches, so a hundred readers cost what one does, a slow
one costs nothing, and one that has fallen out of the ring is told so and given all anew. Without readers a channel rests
with what it showed last: the difference to that is all a reader needs who comes back.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from controlplane.domain.errors import DistributedKubeError, UnavailableError
from controlplane.domain.merge_patch import Document, difference
from controlplane.ports.system import Clock
from controlplane.ports.watching import Frame, FrameKind
from controlplane.roles.watching.ring import Patch, PatchRing
from controlplane.roles.watching.source import Bell, Source

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """How live topics are, and what they may cost."""

    pace_seconds: float = 0.25
    """A topic changes at most once in this time, unless the change is urgent."""
    ring_bytes: int = 256 * 1024
    """Patches that a reader of a topic may lag behind, or miss while it is away, before it is given all anew."""
    max_topics: int = 1000
    """Topics computed at a time, those with different filters counted apart."""
    max_resting: int = 64
    """Topics without readers that are kept for readers who come back."""
    max_resting_bytes: int = 16 * 1024 * 1024
    """What these may show together."""
    retry_seconds: float = 1.0
    """Between tries to compute a topic while a store is away."""
    max_log_readers: int = 200
    """Readers of logs at a time; each reads for itself."""


class Channel:
    """What one topic shows, and its last patches. Readers join it, and take from it when they are woken."""

    def __init__(self, name: str, epoch: str, source: Source, clock: Clock, settings: WatchSettings) -> None:
        self.name = name
        self.epoch = epoch
        """Names this channel in cursors, so that those of another one are noticed."""
        self.revision = 0
        self.is_over = False
        """Nothing more will come; ``error`` says whether that is a failure."""
        self.error: DistributedKubeError | None = None
        self._source = source
        self._clock = clock
        self._settings = settings
        self._document: Document | None = None
        self._is_current = False
        """Whether the document was computed since the channel turned last."""
        self._snapshot = b""
        self._ring = PatchRing(settings.ring_bytes)
        self._readers: set[Reader] = set()
        self._turning: asyncio.Task[None] | None = None

    @property
    def has_readers(self) -> bool:
        return bool(self._readers)

    @property
    def can_resume(self) -> bool:
        """Whether it has shown anything that a reader may come back to."""
        return self._document is not None and self.error is None

    def size(self) -> int:
        """Bytes that it shows."""
        return len(self._encoded())

    def join(self, reader: "Reader") -> None:
        self._readers.add(reader)
        if self._turning is None and not self.is_over:
            self._turning = asyncio.create_task(self._turn(), name=f"watch-{self.name}")

    def leave(self, reader: "Reader") -> None:
        """The last one lets the channel rest."""
        self._readers.discard(reader)
        if not self._readers:
            self.rest()

    def rest(self) -> None:
        """Stops computing; what was shown stays."""
        self._is_current = False
        if self._turning is not None:
            self._turning.cancel()
            self._turning = None

    async def close(self) -> None:
        """Rests, and returns when nothing is computed any more."""
        turning = self._turning
        self.rest()
        if turning is not None:
            await asyncio.gather(turning, return_exceptions=True)

    # What readers take

    def snapshot(self) -> bytes | None:
        """All there is, as JSON; None before it was computed."""
        return self._encoded() if self._is_current or self.is_over else None

    def patch_after(self, revision: int) -> Patch | None:
        return self._ring.after(revision)

    # Inside

    def _encoded(self) -> bytes:
        if not self._snapshot:
            self._snapshot = _json(self._document or {})
        return self._snapshot

    async def _turn(self) -> None:
        source, bell = self._source, Bell(self._clock)
        following = asyncio.create_task(source.follow(bell), name=f"watch-{self.name}-source")
        following.add_done_callback(lambda _: bell.ring(urgent=True))
        try:
            while not self.is_over:
                await bell.wait()
                ended = following.done()
                if ended:
                    following.result()
                try:
                    self._show(await source.content())
                except UnavailableError:  # What is shown stays, and is computed anew when the store is back.
                    bell.ring()
                    await self._clock.sleep(self._settings.retry_seconds)
                    continue
                self.is_over = ended
                self._wake_readers()
                if not ended:
                    await bell.rest(self._settings.pace_seconds)
        except DistributedKubeError as error:
            self._fail(error)
        except Exception:  # A defect of one topic must not cost the others; it is told and logged.
            log.exception("watch_topic_broke", topic=self.name)
            self._fail(DistributedKubeError("the topic broke; the server's log has why"))
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    def _show(self, document: Document) -> None:
        self._is_current = True
        before, self._document = self._document, document
        if before is None:
            self._snapshot = b""
        elif patch := difference(before, document):
            self._snapshot = b""
            self.revision += 1
            self._ring.add(Patch(self.revision, _json(patch)))

    def _fail(self, error: DistributedKubeError) -> None:
        self.error = error
        self.is_over = True
        self._wake_readers()

    def _wake_readers(self) -> None:
        for reader in self._readers:
            reader.wake()


class Reader:
    """One reader's place in a channel. Nothing is kept for it but that."""

    def __init__(self, place: int, channel: Channel, cursor: str, wake: Callable[[], None]) -> None:
        self.wake = wake
        self.is_over = False
        self._place = place
        self._channel = channel
        self._seen: int | None = None
        """Revision of the last frame; None when all is to be given."""
        self._has_gap = False
        epoch, _, revision = cursor.partition(".")
        if cursor:
            known = epoch == channel.epoch and revision.isascii() and revision.isdecimal() and len(revision) < 20
            self._seen = int(revision) if known and int(revision) <= channel.revision else None
            self._has_gap = self._seen is None
        channel.join(self)

    async def close(self) -> None:
        self._channel.leave(self)

    def take(self) -> Frame | None:
        """The next frame; None when there is none for now."""
        channel = self._channel
        if self.is_over:
            return None
        if self._has_gap:
            self._has_gap = False
            return self._frame(FrameKind.GAP)
        if channel.error is not None:
            self.is_over = True
            return self._frame(FrameKind.ERROR)._replace(error=channel.error)
        if self._seen is None:
            return self._snapshot()
        if self._seen < channel.revision:
            patch = channel.patch_after(self._seen)
            if patch is None:
                self._seen = None
                return self._frame(FrameKind.GAP)
            self._seen = patch.revision
            return self._shown(FrameKind.PATCH, patch.content)
        if channel.is_over:
            self.is_over = True
            return self._shown(FrameKind.GONE, b"")
        return None

    def _snapshot(self) -> Frame | None:
        content = self._channel.snapshot()
        if content is None:
            return None
        self._seen = self._channel.revision
        return self._shown(FrameKind.SNAPSHOT, content)

    def _frame(self, kind: FrameKind) -> Frame:
        return Frame(self._place, self._channel.name, kind)

    def _shown(self, kind: FrameKind, content: bytes) -> Frame:
        revision = self._seen or 0
        return self._frame(kind)._replace(
            cursor=f"{self._channel.epoch}.{revision}", revision=revision, content=content
        )


def _json(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
