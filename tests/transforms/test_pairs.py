"""Verdicts on figures of pairs, each rule at its edge."""

from __future__ import annotations

import numpy as np
import pytest

from transforms import align, records
from transforms.align import CONTENT, FRAME, LISTED, REWRITTEN
from transforms.kinds import NONE
from transforms.pairs import (
    BARE,
    BRIEF,
    FORM_FACTS,
    FORM_RUN,
    LONG,
    OWN_WORDS,
    SITE_OWN,
    SITE_QUOTE,
    SITE_WORDS,
    WEEK,
    compare,
    is_bare,
    lists_kernel,
    verdicts,
)
from transforms.sheets import Cut
from transforms.words import cut


def kind(*, size: int = 0, days: int = 1, same_site: bool = False, apart: bool = False, **told: int) -> str | None:
    """The verdict on a pair of 78 and 71 words of content, of which 45 are shared in runs of at most 14 and few stand in holes.

    `size` is that of both texts, boilerplate included, where they have any."""
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
    sizes = np.maximum(figures[:, [align.CONTENT_LATER, align.CONTENT_EARLIER]], size)
    (made,) = verdicts(figures, np.array([days]), np.array([same_site]), sizes, np.array([apart])).kinds
    return None if made == NONE else records.REUSE_KINDS[made]


def test_a_rewritten_text_is_a_repost_and_a_form_with_other_facts_is_not() -> None:
    assert kind() == "repost"
    # As often as words: what is rewritten may have another number somewhere.
    longer = {"LONGEST": FORM_RUN}
    assert kind(AGREE=8, PLACES=2, CONFLICT=2, **longer) == "repost"
    assert kind(AGREE=5, PLACES=2, CONFLICT=2, **longer) is None
    assert kind(AGREE=1, PLACES=1, CONFLICT=1, **longer) == "repost"
    # A bulletin whose words were changed has short runs, and not many words.
    assert kind(AGREE=8, PLACES=2, CONFLICT=2) is None
    more = {"CONTENT_LATER": 110, "CONTENT_EARLIER": 105, "SHARED_LATER": BRIEF, "SHARED_EARLIER": BRIEF}
    assert kind(AGREE=8, PLACES=2, CONFLICT=2, **more) == "repost"
    assert kind(AGREE=8, PLACES=1, CONFLICT=1, days=0) == "repost"
    # And after a week, whatever its facts are; but for what is nearly all the same.
    assert kind(days=WEEK - 1) == "repost"
    assert kind(days=WEEK) is None
    assert kind(days=WEEK, **longer) == "repost"
    assert kind(days=WEEK, **more) == "repost"
    assert kind(days=WEEK, CONTENT_LATER=50, CONTENT_EARLIER=50) == "repost"


def test_few_facts_in_a_long_text_are_spelled_otherwise_and_make_no_twin() -> None:
    text = {"CONTENT_LATER": 120, "CONTENT_EARLIER": 120, "OTHER_PLAIN": 0, "AGREE": 8, "LONGEST": 60}
    long = {**text, "SHARED_LATER": LONG, "SHARED_EARLIER": LONG}
    assert kind(**long, PLACES=1, CONFLICT=1) == "repost"
    assert kind(**long, PLACES=2, CONFLICT=2) is None  # one in 50 words
    short = {**text, "SHARED_LATER": LONG - 1, "SHARED_EARLIER": LONG - 1}
    assert kind(**short, PLACES=1, CONFLICT=1) is None


def test_a_page_of_boilerplate_is_no_story_with_another() -> None:
    few = {
        "CONTENT_LATER": 7,
        "CONTENT_EARLIER": 7,
        "SHARED_LATER": 7,
        "SHARED_EARLIER": 7,
        "LONGEST": 7,
        "OTHER_PLAIN": 0,
    }
    assert kind(**few) == "copy"
    assert kind(**few, size=14) == "copy"
    assert kind(**few, size=200) is None
    # A quote is a quote, whatever page it stands on.
    assert kind(CONTENT_LATER=18, SHARED_LATER=14, SHARED_EARLIER=14, size=200) == "quote"


def test_headlines_that_follow_one_another_are_no_quote() -> None:
    few = {"SHARED_LATER": 14, "SHARED_EARLIER": 14}
    assert kind(**few) == "quote"
    assert kind(PASSAGE=8, **few) is None


def test_a_short_text_is_not_bare() -> None:
    texts = [(BARE - 1, 200), (BARE - 1, 30), (BARE, 200), (7, 8)]
    assert [bool(is_bare(content, size)) for content, size in texts] == [True, False, False, False]


WHOLE = {"CONTENT_LATER": 100, "CONTENT_EARLIER": 100, "SHARED_LATER": 60, "SHARED_EARLIER": 60}


def test_what_pages_with_a_text_of_their_own_share_in_one_run_at_the_foot_is_the_frame_of_what_may_be_one_site() -> (
    None
):
    def page(own: int, run: int = 100, *, apart: bool = False, mended: int = 0, behind: int = 0) -> str | None:
        both = {"SHARED_LATER": 100, "SHARED_EARLIER": 100, "LONGEST": run, "PASSAGE": run, "MENDED": mended}
        return kind(
            CONTENT_LATER=100 + own, CONTENT_EARLIER=110 + own, OTHER_PLAIN=0, apart=apart, BEHIND=behind, **both
        )

    assert page(SITE_OWN) == "excerpt"
    assert page(SITE_OWN, run=97) == "excerpt"
    assert page(SITE_OWN, run=96) == "repost"  # in pieces: edited
    assert page(SITE_OWN, apart=True) == "repost"  # two sites share no frame
    assert page(SITE_OWN - 1) == "repost"
    assert page(SITE_OWN, mended=8) == "repost"
    assert page(SITE_OWN, behind=OWN_WORDS) == "excerpt"
    assert page(SITE_OWN, behind=OWN_WORDS + 1) == "repost"  # a text between other frames


def test_what_misses_one_long_piece_is_a_part_and_what_misses_many_short_ones_is_a_version() -> None:
    assert kind(**WHOLE, HOLES_EARLIER=40, WIDEST_EARLIER=40) == "excerpt"
    assert kind(**WHOLE, HOLES_EARLIER=40, WIDEST_EARLIER=14) == "repost"


def test_a_part_is_taken_over_word_for_word_and_lacks_what_the_whole_has() -> None:
    piece = {"HOLES_LATER": 35, "WIDEST_LATER": 35}
    assert kind(**{**WHOLE, "LONGEST": 40}, **piece) == "excerpt"
    # The same piece gone from a text that was rewritten all over, in short runs or in longer gaps.
    assert kind(**{**WHOLE, "LONGEST": 14}, **piece) == "repost"
    assert kind(**{**WHOLE, "LONGEST": 40}, **piece, REPLACED=15) == "repost"
    # The other one lacks as much: both were rewritten, unless that is another text in the same frame.
    both = {**piece, "HOLES_EARLIER": 35, "WIDEST_EARLIER": 35}
    assert kind(**{**WHOLE, "LONGEST": 40}, **both) == "repost"
    assert kind(**{**WHOLE, "LONGEST": 40}, **both, OTHER=35) == "excerpt"
    # Which speaks against a version in itself, but where two sites are known, which share no frame.
    assert kind(**{**WHOLE, "LONGEST": 26}, **piece) == "repost"
    assert kind(**{**WHOLE, "LONGEST": 26}, **piece, OTHER=24) == "excerpt"
    assert kind(**{**WHOLE, "LONGEST": 26}, **piece, OTHER=24, apart=True) == "repost"


def test_what_has_most_of_both_is_no_part_but_for_another_text_in_a_frame() -> None:
    tail = {"CONTENT_LATER": 100, "CONTENT_EARLIER": 70, "SHARED_LATER": 68, "SHARED_EARLIER": 68, "LONGEST": 68}
    hole = {"HOLES_LATER": 32, "WIDEST_LATER": 32}
    assert kind(**tail, **hole) == "repost"
    assert kind(**tail, **hole, OTHER=20) == "excerpt"
    assert kind(**{**tail, "SHARED_LATER": 66, "SHARED_EARLIER": 66}, **hole) == "excerpt"


def test_pages_of_one_site_are_a_story_if_nearly_the_same_or_edited_here_and_there() -> None:
    page = {"CONTENT_LATER": 100, "CONTENT_EARLIER": 130, "SHARED_LATER": 80, "SHARED_EARLIER": 80, "LONGEST": 30}
    assert kind(**page, MENDED=2) == "repost"
    assert kind(**page, MENDED=2, same_site=True) == "excerpt"
    assert kind(**page, MENDED=8, REPLACED=10, same_site=True) == "repost"
    # Twins differ in one place, and most of them is boilerplate.
    assert kind(**page, MENDED=8, REPLACED=40, same_site=True) == "excerpt"
    assert kind(**page, MENDED=8, REPLACED=10, same_site=True, size=210) == "excerpt"


def test_two_short_articles_in_the_frame_of_one_site_are_no_story() -> None:
    page = {"SHARED_LATER": 370, "SHARED_EARLIER": 370, "LONGEST": 264, "SAME_PLAIN": 400, "AGREE": 18}
    both = {**page, "CONTENT_LATER": 370 + SITE_OWN, "CONTENT_EARLIER": 370 + SITE_OWN}
    assert kind(**both) == "repost"
    assert kind(**both, same_site=True) == "excerpt"
    # One that goes on where the other ends, and one that was edited.
    assert kind(**{**both, "CONTENT_EARLIER": 380}, same_site=True) == "repost"
    assert kind(**both, MENDED=10, same_site=True) == "repost"


def test_what_a_site_prints_again_with_more_below_is_a_repost() -> None:
    page = {
        "CONTENT_LATER": 140,
        "CONTENT_EARLIER": 102,
        "SHARED_LATER": 98,
        "SHARED_EARLIER": 98,
        "LONGEST": SITE_QUOTE,
    }
    assert kind(**page, same_site=True) == "repost"
    others = [
        {"AHEAD": OWN_WORDS + 1},
        {"LONGEST": SITE_QUOTE - 1},
        {"TEMPLATE": 20},
        {"size": 300},
        {"CONTENT_LATER": 170},
        {"CONTENT_EARLIER": 109},
        {"CONTENT_LATER": SITE_WORDS + 22, "CONTENT_EARLIER": SITE_WORDS}
        | dict.fromkeys(("SHARED_LATER", "SHARED_EARLIER"), 59),
    ]
    for other in others:
        assert kind(**{**page, **other}, same_site=True) == "excerpt", other


def test_short_runs_are_enough_where_nearly_half_is_the_same() -> None:
    assert kind(LONGEST=8) == "repost"
    assert kind(LONGEST=8, SHARED_LATER=33, SHARED_EARLIER=33, MENDED=30) != "repost"


def test_a_template_between_what_is_shared_makes_a_form() -> None:
    assert kind(TEMPLATE=60, LONGEST=20) == "repost"
    assert kind(TEMPLATE=80, LONGEST=20) is None
    # Other facts in it, even if as many other words differ.
    assert kind(AGREE=8, PLACES=1, CONFLICT=1, TEMPLATE=5, LONGEST=20) == "repost"
    assert kind(AGREE=8, PLACES=1, CONFLICT=1, TEMPLATE=20, LONGEST=20) is None
    nearly = {"SHARED_LATER": 75, "SHARED_EARLIER": 70, "AGREE": 8, "PLACES": 1, "CONFLICT": 1, "OTHER_PLAIN": 0}
    assert kind(**nearly, TEMPLATE=20, days=0) == "repost"
    assert kind(**nearly, TEMPLATE=20) is None


def test_a_form_that_recurs_has_short_runs_and_few_facts() -> None:
    short = {"LONGEST": FORM_RUN - 1, "AGREE": FORM_FACTS - 1, "TEMPLATE": 20}
    assert kind(**short) is None
    assert kind(**{**short, "LONGEST": FORM_RUN}) == "repost"
    assert kind(**{**short, "AGREE": FORM_FACTS}) == "repost"
    assert kind(**{**short, "TEMPLATE": 5}) == "repost"


def test_bulletins_of_one_site_do_not_quote_each_other() -> None:
    few = {"SHARED_LATER": 20, "SHARED_EARLIER": 20}
    assert kind(**few, TEMPLATE=20) == "quote"
    assert kind(**few, TEMPLATE=20, same_site=True) is None
    assert kind(**few, TEMPLATE=10, same_site=True) == "quote"
    long = {"SHARED_LATER": 32, "SHARED_EARLIER": 32, "CONTENT_LATER": 200, "CONTENT_EARLIER": 200}
    assert kind(**long, TEMPLATE=40, PASSAGE=SITE_QUOTE, same_site=True) == "quote"
    assert kind(**long, TEMPLATE=40, PASSAGE=SITE_QUOTE - 1, same_site=True) is None


def test_pages_of_one_site_that_are_mostly_boilerplate_have_to_be_nearly_the_same() -> None:
    page = {"SHARED_LATER": 66, "SHARED_EARLIER": 60}
    assert kind(**page, same_site=True) == "repost"
    assert kind(**page, same_site=True, size=160) == "excerpt"
    # A correction of the day, and what is printed again as it was.
    assert kind(**page, same_site=True, size=160, days=0) == "repost"
    assert kind(SHARED_LATER=74, SHARED_EARLIER=66, same_site=True, size=160) == "repost"
    # Of what little is left of a bulletin most may come back by chance.
    few = {"CONTENT_LATER": SITE_WORDS, "CONTENT_EARLIER": SITE_WORDS, "same_site": True}
    all_of_it = {"CONTENT_LATER": 50, "CONTENT_EARLIER": 50, "SHARED_LATER": 50, "SHARED_EARLIER": 50}
    assert kind(**all_of_it, size=160, same_site=True) == "excerpt"
    assert kind(**all_of_it, size=160) == kind(**all_of_it, size=160, same_site=True, days=0) == "copy"
    assert kind(SHARED_LATER=SITE_WORDS - 1, SHARED_EARLIER=SITE_WORDS - 1, **few, size=160) == "excerpt"
    assert kind(SHARED_LATER=SITE_WORDS - 1, SHARED_EARLIER=SITE_WORDS - 1, **few, size=160, days=0) == "repost"
    assert kind(SHARED_LATER=SITE_WORDS - 1, SHARED_EARLIER=SITE_WORDS - 1, **few) == "repost"


def test_what_a_site_says_again_in_its_frame_after_a_week_is_its_bulletin() -> None:
    run = {"LONGEST": 40, "PASSAGE": 40, "same_site": True, "size": 118}
    again = {"SHARED_LATER": 74, "SHARED_EARLIER": 66, "TEMPLATE": 52, **run}
    assert kind(**again, days=WEEK) is None
    assert kind(**again, days=WEEK - 1) == "repost"
    assert kind(**{**again, "TEMPLATE": 45}, days=WEEK) == "repost"
    assert kind(**{**again, "same_site": False}, days=WEEK) == "repost"
    # Most of a template may stand in no run beside what is shared.
    assert kind(**{**again, "TEMPLATE": 45, "size": 119}, days=WEEK) is None
    assert kind(**{**again, "TEMPLATE": 45, "size": 119}, days=WEEK - 1) == "repost"
    # What is no repost either way stays what it was.
    page = {"SHARED_LATER": 66, "SHARED_EARLIER": 60, "TEMPLATE": 52, **run, "size": 160}
    assert kind(**page, days=WEEK) == kind(**page, days=1) == "excerpt"


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


HOLES = ("REPLACED", "OTHER", "HOLES_LATER", "HOLES_EARLIER", "WIDEST_LATER", "WIDEST_EARLIER", "MENDED")


def figures_of(earlier: list[str], later: list[str], names: tuple[str, ...] = HOLES) -> dict[str, int]:
    """Figures of two texts, given as words, that are not 0."""
    cuts = [cut(" ".join(words)) for words in (earlier, later)]
    bounds = np.cumsum([0, *(len(one.hashes) for one in cuts)])
    marks = np.concatenate([one.marks for one in cuts])
    hashes = np.concatenate([one.hashes for one in cuts])
    # Where words stand is not asked for.
    words = Cut(hashes, marks, np.zeros(len(marks), dtype=np.uint8), np.zeros((0, 2), dtype=np.int32), bounds, bounds)
    content = np.full(len(marks), CONTENT, dtype=np.uint8)
    (row,) = compare(np.array([0]), np.array([1]), words, content).figures.tolist()
    return {name: row[getattr(align, name)] for name in names if row[getattr(align, name)]}


def test_what_stands_before_and_behind_what_is_shared() -> None:
    text, own, other = (
        [a + b + c for a in "бвгджз" for b in "аеиоу" for c in ends] for ends in ("клмн", "цчшщ", "рстф")
    )

    def ends(earlier: list[str], later: list[str]) -> tuple[int, int]:
        told = figures_of(earlier, later, ("AHEAD", "BEHIND"))
        return told.get("AHEAD", 0), told.get("BEHIND", 0)

    assert ends(text, text) == (0, 0)
    # Of the text that has more of them.
    assert ends(own[:7] + text, other[:20] + text) == (20, 0)
    assert ends(own[:20] + text, other[:7] + text + other[7:10]) == (20, 3)
    assert ends(text + own[:30], text + other[:5]) == (0, 30)
    assert ends(text[:60] + own[:9] + text[60:], text + other[:5]) == (0, 5)


def test_what_was_written_anew_is_no_hole_and_what_was_cut_is() -> None:
    # Words without digits: a number is a fact, and other facts are not mended.
    text, own = ([a + b + c for a in "бвгджз" for b in "аеиоу" for c in ends] for ends in ("клмнпрстфх", "цчшщ"))

    def with_(size: int, other: int) -> dict[str, int]:
        return figures_of(text, text[:100] + own[:other] + text[100 + size :])

    assert with_(40, 0) == {"HOLES_EARLIER": 40, "WIDEST_EARLIER": 40}
    assert with_(0, 40) == {"HOLES_LATER": 40, "WIDEST_LATER": 40}
    assert with_(10, 8) == {"REPLACED": 8, "MENDED": 8}
    assert with_(40, 35) == {"REPLACED": 35}
    assert with_(60, 20) == {"REPLACED": 20, "HOLES_EARLIER": 40, "WIDEST_EARLIER": 40}
    # A paragraph, but not half a page, nor another text in the same frame.
    wide = len(text) // (FRAME + 1)
    assert with_(wide, wide) == {"REPLACED": wide}
    assert with_(wide + 1, wide + 2) == {
        "HOLES_LATER": wide + 2,
        "HOLES_EARLIER": wide + 1,
        "WIDEST_LATER": wide + 2,
        "WIDEST_EARLIER": wide + 1,
        "OTHER": wide + 1,
    }
    page, most = [text[0] + word for word in text] + text, REWRITTEN
    for size, said in ((most, {"REPLACED": most}), (most + 1, {"OTHER": most + 1})):
        found = figures_of(page, page[:100] + (own + [word + own[0] for word in own])[:size] + page[100 + size :])
        assert {name: found.get(name) for name in said} == said
    # What stands before and behind all that is shared belongs to the page, not to the text.
    assert figures_of(text, own[:50] + text[50:250] + own[50:100]) == {
        "HOLES_LATER": 100,
        "HOLES_EARLIER": 100,
        "WIDEST_LATER": 50,
        "WIDEST_EARLIER": 50,
    }
    # Two pieces that changed places: what stands between them in one text does not in the other.
    assert "REPLACED" not in figures_of(text, text[200:] + own[:30] + text[:200])
