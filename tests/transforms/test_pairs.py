"""Verdicts on figures of pairs, each rule at its edge."""

from __future__ import annotations

import numpy as np

from transforms import align, records
from transforms.kinds import NONE
from transforms.pairs import BARE, bare_texts, verdicts


def kind(*, bare: bool = False, **told: int) -> str | None:
    """The verdict on a pair of 78 and 71 words of content, of which 45 are shared in runs of at most 14 and few stand in holes."""
    figures = np.zeros((1, align.FIGURES), dtype=np.int64)
    usual = {
        "CONTENT_LATER": 78,
        "CONTENT_EARLIER": 71,
        "SHARED_LATER": 45,
        "SHARED_EARLIER": 45,
        "LONGEST": 14,
        "PASSAGE": 14,
        "SAME_PLAIN": 54,
        "OTHER_PLAIN": 28,
    }
    for name, value in {**usual, **told}.items():
        figures[0, getattr(align, name)] = value
    (made,) = verdicts(figures, np.array([False]), np.array([False]), np.array([bare])).kinds
    return None if made == NONE else records.REUSE_KINDS[made]


def test_a_rewritten_text_is_a_repost_and_a_form_with_other_facts_is_not() -> None:
    assert kind() == "repost"
    # As often as words: what is rewritten may have another number somewhere.
    assert kind(AGREE=8, PLACES=2, CONFLICT=2) == "repost"
    assert kind(AGREE=5, PLACES=2, CONFLICT=2) is None
    assert kind(AGREE=1, PLACES=1, CONFLICT=1) == "repost"


def test_a_page_of_boilerplate_is_no_story_with_another() -> None:
    assert kind(bare=True) is None
    few = {
        "CONTENT_LATER": 7,
        "CONTENT_EARLIER": 7,
        "SHARED_LATER": 7,
        "SHARED_EARLIER": 7,
        "LONGEST": 7,
        "OTHER_PLAIN": 0,
    }
    assert kind(**few) == "copy"
    assert kind(bare=True, **few) is None
    # A quote is a quote, whatever page it stands on.
    assert kind(bare=True, SHARED_LATER=20, SHARED_EARLIER=20) == "quote"


def test_headlines_that_follow_one_another_are_no_quote() -> None:
    few = {"SHARED_LATER": 14, "SHARED_EARLIER": 14}
    assert kind(**few) == "quote"
    assert kind(PASSAGE=8, **few) is None


def test_a_short_text_is_not_bare() -> None:
    contents = np.array([BARE - 1, BARE - 1, BARE, 7])
    assert bare_texts(contents, np.array([200, 30, 200, 8])).tolist() == [True, False, False, False]
