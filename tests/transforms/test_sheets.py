"""What stands of texts that were read: the same words and fingerprints, whatever was read together and whatever room there is."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from transforms import sheets
from transforms.fingerprint import fingerprint
from transforms.pairs import prints_of
from transforms.sheets import Cut, Sheets
from transforms.words import PRINTED, cut, outer, spread_kernel

# Words and gaps that a byte has room for, and others.
PIECES = st.sampled_from(
    ["мир", "Труд", "ж" * 31, "ж" * 32, "日本", "\u0301", " ", "; — ", " " * 7, " " * 8, "\n", "42"]
)
TEXTS = st.lists(st.one_of(st.none(), st.lists(PIECES, max_size=40).map("".join)), min_size=1, max_size=12)

untimed = settings(deadline=None)  # the first call compiles


class Shop:
    """Texts by number, 10, 20, ...; what was asked for."""

    def __init__(self, texts: list[str | None]) -> None:
        self.texts = pl.Series(texts, dtype=pl.String)
        self.numbers = 10 * np.arange(1, 1 + len(texts))
        self.asked: list[int] = []

    def __call__(self, numbers: NDArray[np.int64]) -> pl.Series:
        assert (np.diff(numbers) > 0).all()
        self.asked += numbers.tolist()
        return self.texts[numbers // 10 - 1]


def told(made: Cut, row: int) -> tuple[list[int], ...]:
    """Hashes, places and marks of a text."""
    begin, end = made.bounds[row], made.bounds[row + 1]
    starts, ends = np.empty((2, end - begin), dtype=np.int32)
    spread_kernel(made.places, made.far, begin, end, made.fars[row], starts, ends)
    return (
        made.hashes[begin:end].tolist(),
        starts.tolist(),
        ends.tolist(),
        (made.marks[begin:end] & (255 ^ PRINTED)).tolist(),
    )


@untimed
@given(texts=TEXTS, data=st.data(), room=st.sampled_from([0, 20, 10**9]), asked=st.integers(1, 5))
def test_words_are_those_of_the_texts(texts: list[str | None], data: st.DataObject, room: int, asked: int) -> None:
    shop = Shop(texts)
    alone = fingerprint(pl.DataFrame({"article_id": [str(n) for n in shop.numbers], "text": shop.texts}))
    some = st.lists(st.sampled_from(shop.numbers.tolist()), unique=True, min_size=1)
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (("WORDS", room), ("ASKED", asked)):
            patched.setattr(sheets, name, value)
        kept = Sheets(shop)
        kept.sums(shop.numbers)
        if data.draw(st.booleans()):
            kept.keep_words(np.sort(data.draw(some)))
        if data.draw(st.booleans()):
            kept.expect(np.sort(data.draw(some)))
        for _ in range(2):
            wanted = np.array(data.draw(some))
            made = kept.cut(wanted)
            for row, number in enumerate(wanted.tolist()):
                assert told(made, row) == tuple(each.tolist() for each in cut(texts[number // 10 - 1] or ""))
            printed = prints_of(made)
            of = alone[(wanted // 10 - 1).tolist()]
            assert np.diff(printed.bounds).tolist() == of["fingerprints"].list.len().to_list()
            assert printed.values.tolist() == of["fingerprints"].explode().drop_nulls().to_list()
            assert printed.positions.tolist() == of["positions"].explode().drop_nulls().to_list()


@untimed
@given(texts=TEXTS, data=st.data(), asked=st.integers(1, 5))
def test_fingerprints_and_sums_are_those_of_the_texts(texts: list[str | None], data: st.DataObject, asked: int) -> None:
    shop = Shop(texts)
    alone = fingerprint(pl.DataFrame({"article_id": [str(n) for n in shop.numbers], "text": shop.texts}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sheets, "ASKED", asked)
        kept = Sheets(shop)
        kept.sums(shop.numbers[: data.draw(st.integers(0, len(texts)))])
        counts, hashes, _ = kept.sums(shop.numbers)
        assert (counts.tolist(), hashes.tolist()) == (alone["word_count"].to_list(), alone["text_hash"].to_list())
        rows = np.sort(data.draw(st.lists(st.integers(0, len(texts) - 1), unique=True, min_size=1)))
        held = kept.prints(shop.numbers[rows], forget=True)
    wanted = {(f, shop.numbers[row]) for row in rows.tolist() for f in alone["fingerprints"][row]}
    assert list(zip(held.values.tolist(), held.owners.tolist(), strict=True)) == sorted(wanted)
    worded = np.flatnonzero(counts > 0)
    if len(worded):
        starts, ends = kept.outer(shop.numbers[worded])
        assert np.array_equal((starts, ends), outer(shop.texts[worded]))


def test_no_text_is_read_twice_while_there_is_room() -> None:
    shop = Shop(["мир труд май", "труд", None, "май май"])
    kept = Sheets(shop)
    kept.sums(shop.numbers)
    kept.prints(shop.numbers, forget=True)
    for _ in range(2):
        kept.cut(shop.numbers[::-1])
    kept.outer(shop.numbers[[0, 1, 3]])
    assert shop.asked == shop.numbers.tolist()


def test_what_there_was_no_room_for_is_read_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "WORDS", 5)
    monkeypatch.setattr(sheets, "ASKED", 1)
    shop = Shop(["мир труд май", "труд май мир", "май май", "мир мир"])
    kept = Sheets(shop)
    kept.sums(shop.numbers)
    shop.asked = []
    kept.expect(shop.numbers[[1, 3]])
    kept.cut(shop.numbers[[3]])
    kept.cut(shop.numbers[[3, 1]])
    assert shop.asked == [40]


@untimed
@given(
    texts=st.lists(st.sampled_from(["", None, "мир " * 20, "труд " * 9, "ж" * 40]), min_size=1, max_size=12),
    asked=st.integers(1, 5),
)
def test_texts_that_are_the_same_are_read_once(texts: list[str | None], asked: int) -> None:
    shop = Shop(texts)
    alone = fingerprint(pl.DataFrame({"article_id": [str(n) for n in shop.numbers], "text": shop.texts}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sheets, "ASKED", asked)
        kept = Sheets(shop)
        counts, hashes, signed = kept.sums(shop.numbers)
        assert counts.tolist() == alone["word_count"].to_list()
        assert hashes.tolist() == alone["text_hash"].to_list()
        assert kept._filled() == sum(len(cut(text).hashes) for text in {*texts} if text)
        for number, sign in zip(texts, signed.tolist(), strict=True):
            assert sign == signed[texts.index(number)].tolist()
        pairs = kept.prints(shop.numbers)
        owned = sorted(
            {(value, number) for number, row in zip(shop.numbers, alone["fingerprints"], strict=True) for value in row}
        )
        assert list(zip(pairs.values.tolist(), pairs.owners.tolist(), strict=True)) == owned
        words = [number for number, count in zip(shop.numbers, counts, strict=True) if count]
        starts, ends = kept.outer(np.array(words, dtype=np.int64))
        spans = outer(shop.texts.filter(pl.Series(counts > 0)))
        assert (starts.tolist(), ends.tolist()) == (spans[0].tolist(), spans[1].tolist())
