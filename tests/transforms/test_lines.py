"""The pass over a batch's bytes, held against the plain path, and what read leaves to Polars against Python."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms import chrome, lines, read
from transforms.compiled import COMPILED

WORDS = sorted(chrome.lexicon().firsts)[::7]
# Pieces that lines are made of: known words, ends, parting signs, marks, digits, blanks of every kind, letters beyond the kernel's.
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([word.upper() for word in WORDS]),
    st.sampled_from(
        ["паром", "Мост", "қала", "river", "School", "reuters", "AFP", "10:39 18.11.2025", "7", "ﬁ", "straße", "Ёлка"]
    ),
    st.sampled_from(
        [
            ". ",
            ", ",
            ".",
            "!",
            "?",
            "…",
            ":",
            ";",
            "»",
            "”",
            '"',
            "«",
            "— ",
            "-",
            "©",
            "www.",
            "https://a.example/b",
            "/",
        ]
    ),
    st.sampled_from(
        [
            " ",
            " ",
            " ",
            "  ",
            "\t",
            "\xa0",
            "\u2009",
            "\u3000",
            "\x1c",
            "\x85",
            "\u2028",
            "\ufeff",
            "_",
            "😀",
            "№ ",
            "й",
        ]
    ),
    st.sampled_from([" слово" * 5, " word" * 14, " қала мен ауыл" * 12, "a" * 99, "б" * 161, " тест" * 125]),
    st.text(max_size=3),
)
LINES = st.lists(PIECES, max_size=9).map("".join)
TEXTS = st.lists(LINES, max_size=6).map("\n".join).map(lambda text: text.encode("utf-8", "replace").decode())


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 30), st.booleans()), max_size=5))
@example([("Паром снова ходит по реке утром.\n \xa0\n" + "слово " * 40 + "\n", 0, False), ("", 0, True)])
def test_a_batch_has_the_lines_of_its_texts(batch: list[tuple[str, int, bool]]) -> None:
    texts = [text for text, _, _ in batch]
    starts = [min(start, len(text)) for text, start, _ in batch]
    notices = [notice for _, _, notice in batch]
    column = pl.Series("text", texts, dtype=pl.String)
    told = list(chrome.batch_lines(column, texts, starts, notices))
    assert told == [chrome.lines(*row) for row in zip(texts, starts, notices, strict=True)]


def test_a_slice_of_a_column_is_read_where_it_lies() -> None:
    texts = ["Первый текст.\nИ ещё строка без конца", "Second one, short.\n\nThe river rose again.", "Үшінші мәтін."]
    column = pl.Series("text", ["before\n" * 3, *texts, "after"])[1:4]
    told = list(chrome.batch_lines(column, texts, [0, 3, 0], [False] * 3))
    assert told == [chrome.lines(text, start, False) for text, start in zip(texts, [0, 3, 0], strict=True)]


@pytest.mark.skipif(not COMPILED, reason="without numba the plain path is the only one")
def test_what_looks_tell_is_not_left_open() -> None:
    text = "\n".join(
        (
            "Паром снова ходит по реке.",
            "The ferry crosses the river again, and " + "people wait " * 8 + "there.",
            "Длинная строка без точки " * 8 + "и всё",
            "Длинная строка, где запятая есть " * 6 + "и всё",
            "Главная",
            "Фото: автор снимка был на реке.",
            "Паром ушёл в 10 часов утра.",
        )
    )
    rules = lines.rules({"фото"}, prose=100, label=160, notice=600, words=14)
    found = lines.find(pl.Series([text]), [0], [False], rules)
    assert found.codes.tolist() == [
        lines.SENTENCE,
        lines.PROSE,
        lines.HEADING,
        lines.PROSE,
        lines.OPEN,
        lines.OPEN,
        lines.OPEN,
    ]
    assert [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)] == text.split("\n")


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.binary(max_size=12), st.text(max_size=8).map(lambda t: t.encode("utf-8", "replace")))
    )
)
@example([b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"", None, "қала".encode()])
def test_bytes_become_text_as_python_decodes_them(contents: list[bytes | None]) -> None:
    def decoded(raw: bytes | None) -> str | None:
        try:
            return None if raw is None else raw.decode("utf-8")
        except UnicodeDecodeError:
            return None

    told = read._utf8(pl.Series(contents, dtype=pl.Binary), contents)
    assert told.to_list() == [decoded(raw) for raw in contents]


@settings(deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("abцқ 1_")), max_size=60), st.integers(1, 25))
def test_the_short_way_to_enough_letters_is_never_too_generous(text: str, least: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    if pl.Series([text]).str.contains(read._enough(least))[0]:
        assert read._letters(least).match(text) is not None


def test_every_magic_number_that_is_utf8_is_seen_in_text() -> None:
    for magic in read.MAGIC:
        try:
            text = magic.decode("utf-8")
        except UnicodeDecodeError:
            continue
        told = pl.Series([text + " and more", "x" + text]).str.contains(read._MAGIC_TEXT).to_list()
        assert told == [True, re.match(read._MAGIC_TEXT.replace("\\A", ""), "x" + text) is not None]
