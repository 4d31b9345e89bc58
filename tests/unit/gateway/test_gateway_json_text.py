"""The reader of raw JSON agrees with Python's about what is JSON, and bounds what it takes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controlplane.gateway import json_text
from controlplane.gateway.json_text import JsonSyntaxError

TOKENS = [
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"a"',
    '"k":',
    "1",
    "-1.5e3",
    "01",
    "1.",
    ".5",
    "-",
    "1e400",
    "true",
    "null",
    "tru",
]
TOKENS += [" ", "\n", "\x0b", '"', "\\", '"\\u00e9"', '"\\x"', '"\t"', "NaN", "Infinity", "é"]


def is_json_to_python(text: str) -> bool:
    def refuse(_: str) -> None:
        raise ValueError

    try:
        json.loads(text, parse_constant=refuse, parse_int=len, parse_float=len)
    except ValueError:
        return False
    return True


def is_json_to_us(text: str) -> bool:
    try:
        json_text.whole_value(text)
    except JsonSyntaxError:
        return False
    return True


@given(st.lists(st.sampled_from(TOKENS), max_size=9).map("".join))
def test_agrees_with_python_on_token_soup(text: str) -> None:
    """Texts made of pieces of JSON are JSON to both readers or to none."""
    assert is_json_to_us(text) == is_json_to_python(text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(values, st.sampled_from([None, 1]), st.data())
def test_agrees_with_python_on_damaged_documents(value: Any, indent: int | None, data: st.DataObject) -> None:
    """A document is accepted as it is; with a piece put in or cut out, both readers judge alike."""
    text = json.dumps(value, indent=indent)
    assert json_text.whole_value(text) == (0, len(text))
    place = data.draw(st.integers(0, len(text)))
    damaged = text[:place] + data.draw(st.sampled_from(TOKENS)) + text[place + data.draw(st.integers(0, 2)) :]
    assert is_json_to_us(damaged) == is_json_to_python(damaged)


@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"a":', "}")])
def test_depth_is_bounded(open_: str, close: str) -> None:
    """128 levels pass, one more does not, and a million do not hurt."""
    json_text.whole_value(open_ * 128 + "1" + close * 128)
    for depth in (129, 1_000_000):
        with pytest.raises(JsonSyntaxError, match="deeper than 128"):
            json_text.whole_value(open_ * depth + "1" + close * depth)


def test_long_runs_are_taken_whole() -> None:
    """Lists and objects longer than one match of the expression are read to their end."""
    items = list(range(10_000))
    for value in (items, {str(item): item for item in items}):
        text = json.dumps(value)
        assert json_text.whole_value(text) == (0, len(text))
    assert json_text.list_slices(json.dumps(items)) == [str(item) for item in items]


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        (r'"\ud83d\ude00"', True),
        (r'"\\ud800"', True),
        (r'"\\\\ud800 \u00e9"', True),
        (r'"\ud800"', False),
        (r'"\udc00"', False),
        (r'"\ud800x\udc00"', False),
        (r'"\ud800\ud800\udc00"', False),
        ('"\ud800"', False),
    ],
)
def test_half_surrogate_pairs_are_refused(text: str, is_good: bool) -> None:
    """Escaped or not, half a pair cannot be written as UTF-8 later; an escaped back-slash before a u is no escape."""
    if is_good:
        assert json_text.decode(text) == text
    else:
        with pytest.raises(JsonSyntaxError, match="surrogate"):
            json_text.decode(text)


def test_errors_say_where() -> None:
    """Line and column are those an editor shows."""
    with pytest.raises(JsonSyntaxError, match="'x' is unexpected at line 2 column 5"):
        json_text.whole_value('{\n"a":x}')
    with pytest.raises(JsonSyntaxError, match="byte 1 is not UTF-8"):
        json_text.decode(b'"\xff"')


def test_slices_keep_the_text() -> None:
    """Values come out as they were written, whatever they mean."""
    text = ' { "a" : 1.10 , "b":[ 1e400 ] , "a" : {"x": "\\u0041"}} '
    assert json_text.object_pairs(text) == [("a", "1.10"), ("b", "[ 1e400 ]"), ("a", '{"x": "\\u0041"}')]
    assert json_text.object_slices(text)["a"] == '{"x": "\\u0041"}'
