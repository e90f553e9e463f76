"""Words and fingerprints: folding, parity of the two paths, batches, what winnowing promises."""

from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms import fold, words
from transforms.fingerprint import (
    FINGERPRINTS,
    GRAM,
    WINDOW,
    as_frame,
    column,
    count_words,
    fingerprint,
    fingerprint_plain,
)

# Letters of many scripts, digits, marks, format characters and separators, so that generated texts reach every branch.
ALPHABET = "aAbZéΣßǅﬁ½①жЖйЁїңӘ١٢عربქართ日本語かなﾊﾟไทยจำ가각ᄀ्क्षि \u0301\u00ad\u200d\t\n.!?—«»’'\"-,;:…🙂𝔘𐐀"
# Most of a text is words of one alphabet with a space between them, for which kernels have a short way: what stands behind such
# words is drawn as well.
PIECES = st.sampled_from(
    ["мир ", "әке ", "day ", "Élan ", "day", "42", "日", "日本", "ไทย", "\u0301", "\u00ad", ". ", "\n", "😀"]
)
TEXTS = st.one_of(
    st.text(st.one_of(st.sampled_from(ALPHABET), st.characters(codec="utf-8")), max_size=120),
    st.lists(PIECES, min_size=6, max_size=40).map("".join),
)
NUMBERED = st.lists(st.sampled_from(["mir", "труд", "май", "42", "日"]), max_size=80)

untimed = settings(deadline=None)  # the first call compiles


def frame(texts: list[str]) -> pl.DataFrame:
    schema = {"article_id": pl.String, "text": pl.String}
    return pl.DataFrame({"article_id": [str(i) for i in range(len(texts))], "text": texts}, schema=schema)


@pytest.mark.parametrize(
    ("word", "folded"), [("мир", "мир"), ("Straße", "strasse"), ("é", "e"), ("ж" * 5000, "ж" * 5000)]
)
def test_the_hash_of_a_word_is_the_one_that_is_specified(word: str, folded: str) -> None:
    def avalanche(state: int) -> int:
        state = (state ^ state >> 33) * 0xC2B2AE3D27D4EB4F % 2**64
        state = (state ^ state >> 29) * 0x165667B19E3779F9 % 2**64
        return state ^ state >> 32

    state = first = 0x27D4EB2F165667C5
    for character in folded:
        letter = avalanche((ord(character) * 0x9E3779B185EBCA87 + first) % 2**64)
        state = ((state << 7 | state >> 57) + letter - letter % 2) % 2**64
    assert words.cut(word).hashes.tolist() == [avalanche(state) >> 32]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Первый заголовок\nВторой\r\nТретий", [False, False, True, True]),
        ("Конец фразы.\nДругая", [False, False, False]),
        ("строка, что\nперенесена Здесь", [False, False, False, False]),
        ("Итог: 5\n7 дней\n\nДень", [False, False, False, False, True]),
        ("(Слово\n«Другое", [False, True]),
    ],
)
def test_lines_that_begin_anew_are_marked(text: str, lines: list[bool]) -> None:
    assert [bool(mark & words.LINE) for mark in words.cut(text).marks.tolist()] == lines


@untimed
@given(
    st.sampled_from([np.bool_, np.int8, np.uint32, np.int64, np.uint64, np.float64]),
    st.lists(st.integers(0, 100), max_size=20),
    st.integers(1, 3),
)
def test_columns_hold_what_their_arrays_hold(kind: type[np.generic], values: list[int], step: int) -> None:
    array = np.array(values, dtype=np.int64).astype(kind)[::step]
    made = column("x", array)
    assert (made.name, made.to_list()) == ("x", array.tolist())
    schema = pl.Schema({"y": pl.Float64(), "x": made.dtype})
    both = as_frame(schema, y=pl.Series(array.astype(np.int64)), x=array)
    assert both.rows() == [(float(value), value) for value in array.tolist()]


@untimed
@given(
    st.lists(
        st.lists(st.one_of(st.none(), TEXTS, st.sampled_from(["ж" * 6, "ж" * 7, "long " * 9])), max_size=40), min_size=1
    ),
    st.data(),
)
def test_the_bytes_of_texts_are_found_wherever_they_stand(chunks: list[list[str | None]], data: st.DataObject) -> None:
    column = pl.concat([pl.Series(chunk, dtype=pl.String) for chunk in chunks], rechunk=data.draw(st.booleans()))
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(column))] * 2)))
    column = column[begin:end]
    if data.draw(st.booleans()):
        column = column.gather(data.draw(st.permutations(range(len(column)))))
    found = [""] * len(column)
    for rows, part in words.parts(column):
        for row, first, last in zip(range(*rows.indices(len(column))), part.begins, part.ends, strict=True):
            found[row] = part.memory[first:last].tobytes().decode()
    assert found == column.fill_null("").to_list()


def test_texts_that_stand_together_are_not_copied() -> None:
    column = pl.Series(["мир труд май " * 9] * 1000)
    first, again = list(words.parts(column)), list(words.parts(column))
    assert 1 < len(first) < 50
    assert [part.memory.ctypes.data for _, part in first] == [part.memory.ctypes.data for _, part in again]
    scattered = column.gather([row * 37 % 1000 for row in range(1000)])
    assert [rows for rows, _ in words.parts(scattered)] == [slice(0, 1000)]


@untimed
@given(st.lists(TEXTS, max_size=6))
def test_the_outer_words_are_those_of_the_cut(texts: list[str]) -> None:
    starts, ends = words.outer(pl.Series(texts, dtype=pl.String))
    for text, start, end in zip(texts, starts.tolist(), ends.tolist(), strict=True):
        made = words.cut(text)
        first, last = (made.starts[0], made.ends[-1]) if len(made.hashes) else (len(text), len(text))
        assert (start, end) == (first, last)


@untimed
@given(TEXTS)
# A word and a space, and behind them a letter that is a word of its own, with a mark.
@example("a 本\u0301")
@example("мир 日本\u0301 да")
def test_words_are_the_same_on_both_paths(text: str) -> None:
    for compiled, plain in zip(words.cut(text), words.cut_plain(text), strict=True):
        assert compiled.tolist() == plain.tolist()


REPEATED = st.tuples(st.sampled_from(["да", "да нет", "раз два три"]), st.integers(1, 40)).map(
    lambda told: " ".join([told[0]] * told[1])
)


@untimed
@given(st.lists(st.one_of(TEXTS, REPEATED), max_size=6))
def test_fingerprints_are_the_same_on_both_paths(texts: list[str]) -> None:
    assert fingerprint(frame(texts)).equals(fingerprint_plain(frame(texts)))


@untimed
@given(st.lists(st.one_of(TEXTS, NUMBERED.map(" ".join)), min_size=1, max_size=8), st.integers(1, 7))
def test_batches_do_not_matter(texts: list[str], size: int) -> None:
    whole = fingerprint(frame(texts))
    parts = [fingerprint(frame(texts)[at : at + size]) for at in range(0, len(texts), size)]
    assert whole.schema == FINGERPRINTS
    assert whole.equals(pl.concat(parts))


@untimed
@given(TEXTS)
def test_a_word_lies_where_it_says(text: str) -> None:
    found = words.cut(text)
    end = 0
    for start, stop in zip(found.starts.tolist(), found.ends.tolist(), strict=True):
        assert end <= start < stop <= len(text)
        end = stop
    assert count_words(pl.Series("text", [text])).to_list() == [len(found.hashes)]


@pytest.mark.parametrize(
    "other",
    [
        "МИР, труд — май!",
        "  мир\n\nтруд\tмай ",
        "«Мир» (труд)… май",
        "ми\u0301р тру\u00adд май",
        unicodedata.normalize("NFD", "Мир Труд Май"),
    ],
)
def test_case_spacing_punctuation_and_marks_do_not_matter(other: str) -> None:
    texts = fingerprint(frame(["мир труд май", other, "мир труд июнь"]))["text_hash"].to_list()
    assert texts[0] == texts[1] != texts[2]


def test_scripts_without_spaces_are_cut_into_letters() -> None:
    assert count_words(pl.Series(["新聞記事", "ข่าว", "뉴스 기사", "お知らせ 2025", None, ""])).to_list() == [
        4,
        3,
        2,
        5,
        0,
        0,
    ]


def test_marks_of_words() -> None:
    marks = words.cut("Цена 12 тенге. Завтра в Алматы").marks.tolist()
    assert marks == [words.CAPITAL | words.OPENS, words.NUMBER, 0, words.CAPITAL | words.OPENS, 0, words.CAPITAL]


@untimed
@given(st.lists(st.integers(0, 400), min_size=GRAM + WINDOW - 1, max_size=60), st.data())
def test_a_shared_run_of_twelve_words_shares_a_fingerprint(run: list[int], data: st.DataObject) -> None:
    shared = " ".join(f"w{n}" for n in run)
    around = st.lists(st.integers(500, 900), max_size=30).map(lambda ns: " ".join(f"x{n}" for n in ns))
    texts = [f"{data.draw(around)} {shared} {data.draw(around)}" for _ in range(2)]
    one, two = (set(prints) for prints in fingerprint(frame(texts))["fingerprints"].to_list())
    assert one & two


@untimed
@given(st.lists(st.integers(0, 20), max_size=300))
def test_positions_point_at_the_gram(numbers: list[int]) -> None:
    tokens = [f"w{n}" for n in numbers]
    row = fingerprint(frame([" ".join(tokens)])).row(0, named=True)
    for value, at in zip(row["fingerprints"], row["positions"], strict=True):
        alone = fingerprint(frame([" ".join(tokens[at : at + GRAM])])).row(0, named=True)
        assert alone["fingerprints"] == [value]


def test_long_words_and_long_texts() -> None:
    texts = ["ж" * 5000, "ж" * 5000 + "з", "слово " * 200_000]
    found = fingerprint(frame(texts))
    assert found["word_count"].to_list() == [1, 1, 200_000]
    assert found["fingerprints"][0][0] != found["fingerprints"][1][0]


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="the table is of Unicode 14.0 (Python 3.11)")
def test_the_table_is_what_its_code_makes() -> None:
    for made, kept in zip(fold.build(), fold.load(), strict=True):
        assert np.array_equal(made, kept)
