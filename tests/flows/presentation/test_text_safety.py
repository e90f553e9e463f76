"""Untrusted text shown: nothing that steers a terminal, a log or a line of writing survives, and plain text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text_safety import log_line, one_line, visible

ANY = st.text(st.characters(codec=None))  # lone surrogates too
# Letters of the languages that people read here, in their usual composed form.
PLAIN = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u115f\u1160\u3164\uffa0\ufffc")
)


@given(ANY)
def test_no_steering_character_is_left(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    for character in shown:
        if character in "\t\n\u200c\u200d":  # the joiners, which scripts and emoji need
            continue
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), f"{character!a}"
        assert unicodedata.bidirectional(character) not in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        )


@given(ANY)
def test_showing_twice_is_showing_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(ANY)
def test_a_log_line_is_one_line(text: str) -> None:
    assert len(log_line(text).splitlines()) <= 1
    assert len(one_line(text).splitlines()) <= 1


@given(ANY, st.integers(1, 50))
def test_a_limit_is_kept(text: str, limit: int) -> None:
    assert len(one_line(text, limit)) <= limit


@given(PLAIN)
def test_plain_text_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("text", ["Қазақстан — «Дала»", "Việt Nam: những", "می‌خواهم", "👩‍🚀 é", "line\n\tnext"])
def test_written_languages_stay(text: str) -> None:
    assert visible(text) == text
    assert visible(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFD", text)


def test_escapes_say_what_was_there() -> None:
    assert visible("a\x1b[31mb\u202ec\x9bd\U000e0041") == "a\\x1b[31mb\\u202ec\\x9bd\\U000e0041"
    assert visible("e" + "\u0301" * 50) == "e" + "\u0301" * 4
    assert log_line("a\nERROR b") == "a\\x0aERROR b"
