"""Server-sent events out of the bytes of a reply, however these are cut."""

from __future__ import annotations

import pytest

from ui.events import Events

STREAM = (
    ': ping\n\nevent: token\ndata: {"a": "é"}\nid: 7\n\n'
    "event: token\r\ndata:first\r\ndata: second\r\n\r\n"
    "data: nameless\n\nevent: empty\n\nevent: token\ndata: never ended\n"
).encode()


@pytest.mark.parametrize("size", [1, 7, len(STREAM)])
def test_events_are_read_however_the_bytes_are_cut(size: int) -> None:
    come = Events()
    chunks = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]
    assert [event for chunk in chunks for event in come.take(chunk)] == [
        ("token", '{"a": "é"}'),
        ("token", "first\nsecond"),
        ("message", "nameless"),
    ]


def test_what_ends_a_line_elsewhere_is_part_of_a_quote() -> None:
    quote = "one\u2028two\x85three\x0cfour"
    assert list(Events().take(f"data: {quote}\n\n".encode())) == [("message", quote)]


def test_an_event_is_given_out_as_soon_as_it_is_whole() -> None:
    come = Events()
    found = [list(come.take(chunk)) for chunk in (b"data: 1\n", b"\n", b"data: 2\n\n")]
    assert found == [[], [("message", "1")], [("message", "2")]]
