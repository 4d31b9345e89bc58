"""Pages end where an answer is full, and go on behind the last item that it holds."""

from google.protobuf.wrappers_pb2 import BytesValue

from controlplane.api.paging import MAX_ANSWER_BYTES, Room, fitting, read_token
from controlplane.ports.state_store import Entry, Page, Revision


def page(*sizes: int, more: bool = False) -> Page:
    entries = [Entry(f"k/{number}", bytes(size), Revision(1), Revision(1)) for number, size in enumerate(sizes)]
    return Page(entries, Revision(1), more)


def test_a_page_that_fits() -> None:
    entries, token = fitting(page(10, 10))
    assert (len(entries), token) == (2, "")
    entries, token = fitting(page(10, 10, more=True))
    assert (len(entries), read_token(token)) == (2, "k/1")
    assert fitting(page()) == ([], "")


def test_a_page_that_is_too_large() -> None:
    """At least one entry always comes, whatever its size."""
    half = MAX_ANSWER_BYTES // 2
    entries, token = fitting(page(half, half, half))
    assert (len(entries), read_token(token)) == (2, "k/1")
    entries, token = fitting(page(MAX_ANSWER_BYTES * 2, 1))
    assert (len(entries), read_token(token)) == (1, "k/0")
    entries, token = fitting(page(1, MAX_ANSWER_BYTES))
    assert (len(entries), token) == (2, "")


def test_room() -> None:
    room = Room(100)
    assert room.take(BytesValue(value=bytes(60)))
    assert not room.take(BytesValue(value=bytes(60)))
