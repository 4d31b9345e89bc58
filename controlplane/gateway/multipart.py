"""Reads multipart bodies part by part as they come in, so that a file never has to fit anywhere on the way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError, MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from controlplane.domain.errors import InvalidError
from controlplane.gateway.edge import check_size

_MAX_PARTS = 1100


@dataclass(frozen=True, slots=True)
class _Begin:
    headers: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class _Data:
    data: bytes


@dataclass(frozen=True, slots=True)
class _End:
    pass


class BrokenMultipartError(InvalidError):
    """The multipart body is broken."""

    reason = "INVALID_MULTIPART"


class Part:
    """One part. Its content must be read before the next part is asked for; what is left is skipped."""

    def __init__(self, headers: dict[str, bytes], events: "_Events") -> None:
        _, options = parse_options_header(headers.get("content-disposition", b""))
        self.name = options.get(b"name", b"").decode(errors="replace")
        has_file = b"filename" in options
        self.file_name = options[b"filename"].decode(errors="replace") if has_file else None
        """None when the part is no file."""
        self._events = events
        self._ended = False

    async def pieces(self) -> AsyncIterator[bytes]:
        """The content, in pieces."""
        while not self._ended:
            event = await self._events.next()
            if isinstance(event, _Data):
                yield event.data
            else:
                self._ended = True

    async def text(self, max_bytes: int) -> bytes:
        """The whole content. Raises ``LimitError`` when it is larger."""
        content = bytearray()
        async for piece in self.pieces():
            check_size(len(content) + len(piece), max_bytes)
            content += piece
        return bytes(content)

    async def skip(self) -> None:
        """Reads what is left."""
        async for _ in self.pieces():
            pass


async def read_parts(content_type: str, body: AsyncIterator[bytes]) -> AsyncIterator[Part]:
    """The parts of a body in their order. Raises ``BrokenMultipartError``, also when the body ends too early."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise BrokenMultipartError("the content type multipart/form-data names no boundary")
    events = _Events(boundary, body)
    count = 0
    while (event := await events.next()) is not None:
        if not isinstance(event, _Begin):
            continue
        count += 1
        if count > _MAX_PARTS:
            raise BrokenMultipartError(f"the multipart body has more than {_MAX_PARTS} parts")
        part = Part(event.headers, events)
        yield part
        await part.skip()


class _Events:
    """Beginnings, contents and ends of parts, in order."""

    def __init__(self, boundary: bytes, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self._waiting: list[_Begin | _Data | _End] = []
        """In reverse order."""
        self._complete = False
        self._headers: dict[str, bytes] = {}
        self._name = b""
        self._value = b""
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._headers.clear,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": lambda: self._waiting.append(_Begin(dict(self._headers))),
                    "on_part_data": lambda data, start, end: self._waiting.append(_Data(data[start:end])),
                    "on_part_end": lambda: self._waiting.append(_End()),
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise BrokenMultipartError(f"the multipart body is broken: {error}") from None

    async def next(self) -> _Begin | _Data | _End | None:
        """The next event; None at the end."""
        while not self._waiting:
            piece = await anext(self._body, None)
            if piece is None:
                if not self._complete:
                    raise BrokenMultipartError("the multipart body ends before its last boundary; send it again")
                return None
            try:
                self._parser.write(piece)
            except MultipartParseError as error:
                raise BrokenMultipartError(f"the multipart body is broken: {error}") from None
            self._waiting.reverse()
        return self._waiting.pop()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value
        self._name = self._value = b""

    def _end(self) -> None:
        self._complete = True
