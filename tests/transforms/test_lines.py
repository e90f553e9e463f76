"""The pass over a batch's bytes, held against the plain path, and what read leaves to Polars against Python."""

from __future__ import annotations

import re
import string

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms import chrome, lines, read, records, words
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
    batch_of = lines.batch(pl.Series("text", texts, dtype=pl.String))
    sheet = chrome.Sheet(texts, starts, np.array(notices, dtype=np.bool_), batch_of)
    before = [sheet.lines(row) for row in range(len(texts))]
    ends = sheet.ends()
    for row, told in enumerate(zip(texts, starts, notices, strict=True)):
        found = chrome.lines(*told)
        assert before[row] == sheet.lines(row) == found
        plain = bool(found) and all(line.looks in {chrome.PROSE, chrome.SENTENCE} for line in found)
        if not COMPILED or not plain:
            assert ends[row] is None
        else:
            second = len(found) > 1 and found[1].looks == chrome.PROSE
            places = (found[0].start, found[0].end, found[-1].start, found[-1].end)
            assert ends[row] is not None
            assert ends[row][:5] == (len(found), *places)
            assert ends[row][5] == second or len(found) == 1


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 30), st.sets(st.integers(0, 12))), max_size=5))
@example(
    [(" \xa0Паром\n \t\n\u2028 \nходит\n\x1c", 0, {0}), ("", 0, set()), ("мост\n\n  ", 0, {0}), ("x\ny\n \t", 2, {0})]
)
def test_a_batch_is_cut_as_its_texts_are(batch: list[tuple[str, int, set[int]]]) -> None:
    texts = [text for text, _, _ in batch]
    starts = [min(start, len(text)) for text, start, _ in batch]
    sheet = chrome.Sheet(
        texts, starts, np.zeros(len(texts), dtype=np.bool_), lines.batch(pl.Series(texts, dtype=pl.String))
    )
    wanted = [
        [(i, records.CHROME_KINDS[i % 9]) for i in range(len(sheet.lines(row))) if i in told]
        for row, (_, _, told) in enumerate(batch)
    ]
    kept, spans = sheet.cut(wanted)
    assert spans.dtype == records.ARTICLES["chrome"]
    for row, (text, start) in enumerate(zip(texts, starts, strict=True)):
        found = sheet.lines(row)
        told = [
            (found[i].start, *re.compile(r"(?:\n(?:[ \t]*\n)*)?").match(text, found[i].end).span())
            for i, _ in wanted[row]
        ]  # type: ignore[union-attr]
        whole = [{"start": 0, "end": start, "kind": "header"}] if start else []
        whole += [
            {"start": one[0], "end": one[2], "kind": kind} for one, (_, kind) in zip(told, wanted[row], strict=True)
        ]
        assert spans[row].to_list() == whole
        rest = "".join(char for i, char in enumerate(text) if not any(s["start"] <= i < s["end"] for s in whole))
        assert kept[row] == rest.strip()


STEMS = ["cookie", "сылкой на", "сылкой", "переда", " reports", "é-файл"]


@pytest.mark.skipif(not COMPILED, reason="only the kernel")
@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from([*STEMS, "Cookie", "COOKIE", "Переда", "пере", "co", "x" * 2045, "ok", "ие", " ", "\n"])
        ).map("".join),
        max_size=6,
    )
)
def test_stems_are_found_in_the_texts_that_hold_them(texts: list[str]) -> None:
    held = lines.held(lines.batch(pl.Series(texts, dtype=pl.String)), lines.stems(STEMS))
    small = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
    assert held.tolist() == [[stem in text.translate(small) for stem in STEMS] for text in texts]


def test_a_stem_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        lines.stems(["абв", "аб"])


@pytest.mark.skipif(not COMPILED, reason="only the kernel")
def test_of_clean_texts_the_kernel_is_sure() -> None:
    """It may leave any text open, but not these, which most are."""
    good = ["«Паром» — это № 1: 'река', “мост”…\n\tҚала қайықшысы 100 %", "The ferry crosses the river again; really."]
    texts = pl.Series(
        [*good, "BZh" + good[1], good[0] + "\r", good[0] + "\u0301", "а\u0486" * 30, "short", good[0] + "\x7f", ""]
    )
    sure = lines.clean(lines.batch(texts), 20, read._FIRST_OF_MAGIC)
    assert sure.tolist() == [True, True] + [False] * 7


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
    batch = lines.batch(pl.Series([text]))
    found = lines.find(batch, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.bool_), rules)
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


NEAR = st.text(
    alphabet=st.one_of(
        st.characters(max_codepoint=0x52F), st.sampled_from("abZ09цқҺ «»—…’№\n\u0482\u0489\xa0\u0301中-'")
    ),
    max_size=40,
)


@settings(deadline=None)
@given(st.lists(NEAR, max_size=5), st.integers(0, 25))
@example(["ы" * 1024 + "—да", "x" * 2047 + "ы", "ab", "ы", ""], 2)
def test_of_no_unclean_text_the_kernel_is_sure_and_words_are_counted(texts: list[str], least: int) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    column = pl.Series("text", texts, dtype=pl.String)
    sure = lines.clean(lines.batch(column), least, read._FIRST_OF_MAGIC)
    for told, text in zip(sure, texts, strict=True):
        assert not told or (
            not pl.Series([text]).str.contains(read._UNCLEAN)[0]
            and read._letters(least).match(text) is not None
            and not pl.Series([text]).str.contains(read._MAGIC_TEXT)[0]
            and read.clean(text) == text
        )
    assert words.count_words(column).to_list() == [len(words.cut_plain(text).hashes) for text in texts]
