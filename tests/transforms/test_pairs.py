"""Verdicts on figures of pairs, each rule at its edge."""

from __future__ import annotations

import numpy as np
import pytest

from transforms import align, records
from transforms.align import CONTENT, LISTED
from transforms.kinds import NONE
from transforms.pairs import BARE, bare_texts, lists_kernel, verdicts
from transforms.words import cut


def kind(*, bare: bool = False, same_day: bool = False, same_site: bool = False, **told: int) -> str | None:
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
    (made,) = verdicts(figures, np.array([same_day]), np.array([same_site]), np.array([bare])).kinds
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


WHOLE = {"CONTENT_LATER": 100, "CONTENT_EARLIER": 100, "SHARED_LATER": 60, "SHARED_EARLIER": 60}


def test_what_misses_one_long_piece_is_a_part_and_what_misses_many_short_ones_is_a_version() -> None:
    assert kind(**WHOLE, HOLES_EARLIER=40, WIDEST_EARLIER=40) == "excerpt"
    assert kind(**WHOLE, HOLES_EARLIER=40, WIDEST_EARLIER=14) == "repost"
    # The same piece gone from a text that was rewritten all over.
    assert kind(**WHOLE, HOLES_LATER=33, WIDEST_LATER=33) == "excerpt"
    assert kind(**WHOLE, HOLES_LATER=33, WIDEST_LATER=33, MENDED=10) == "repost"


def test_short_runs_are_enough_where_nearly_half_is_the_same() -> None:
    assert kind(LONGEST=8) == "repost"
    assert kind(LONGEST=8, SHARED_LATER=33, SHARED_EARLIER=33, MENDED=30) != "repost"


def test_a_template_between_what_is_shared_makes_a_form() -> None:
    assert kind(TEMPLATE=60) == "repost"
    assert kind(TEMPLATE=80) is None
    # Other facts in it, even if as many other words differ.
    assert kind(AGREE=8, PLACES=1, CONFLICT=1, TEMPLATE=5) == "repost"
    assert kind(AGREE=8, PLACES=1, CONFLICT=1, TEMPLATE=20) is None
    nearly = {"SHARED_LATER": 75, "SHARED_EARLIER": 70, "AGREE": 8, "PLACES": 1, "CONFLICT": 1, "OTHER_PLAIN": 0}
    assert kind(**nearly, TEMPLATE=20, same_day=True) == "repost"
    assert kind(**nearly, TEMPLATE=20) is None


def test_bulletins_of_one_site_do_not_quote_each_other() -> None:
    few = {"SHARED_LATER": 20, "SHARED_EARLIER": 20}
    assert kind(**few, TEMPLATE=20) == "quote"
    assert kind(**few, TEMPLATE=20, same_site=True) is None
    assert kind(**few, TEMPLATE=10, same_site=True) == "quote"


BODY = (
    "Здесь стоит статья, и в ней есть всё, что нужно, чтобы она была статьёй: подлежащее, сказуемое и точка в конце. "
    * 2
)
HEADLINES = ["Мэр открыл мост", "Цены на зерно упали", "Сборная выиграла кубок"]


def listed(text: str) -> list[str]:
    """The words of a text that count as those of a list of headlines."""
    words = cut(text)
    content = np.full(len(words.hashes), CONTENT, dtype=np.uint8)
    lists_kernel(np.array([0, len(words.hashes)]), words.marks, content)
    rows = zip(words.starts.tolist(), words.ends.tolist(), content.tolist(), strict=True)
    return [text[start:end] for start, end, what in rows if what == LISTED]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([BODY, *HEADLINES]),
        "\n\n".join([BODY, *HEADLINES]),
        # What stands before a full stop is prose, whatever stands above it.
        "\n".join([*HEADLINES, BODY]),
        "\n".join([BODY, *HEADLINES, BODY]),
    ],
)
def test_headlines_one_below_the_other_are_a_list(text: str) -> None:
    assert listed(text) == " ".join(HEADLINES).split()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([BODY, *HEADLINES[:2]]),
        "\n".join([HEADLINES[0], BODY, HEADLINES[1], BODY, HEADLINES[2]]),
        # Lines that are wrapped, of prose and of verse.
        BODY.replace(" ", "\n"),
        "\n".join([BODY, *(line + "." for line in HEADLINES)]),
        # Nothing else is there: the list is the article.
        "\n".join(HEADLINES * 20),
        # Paragraphs whose full stops were lost.
        "\n".join([BODY, *(BODY.rstrip(" .").replace(":", "").replace(".", "") for _ in range(4))]),
    ],
)
def test_prose_is_no_list(text: str) -> None:
    assert listed(text) == []
