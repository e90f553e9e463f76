"""A pair on its own: the runs are really shared, and the verdict is the one that `find_reuse` reaches."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.comparison import compare
from transforms.recurrence import one_site
from transforms.reuse import find_reuse
from transforms.words import cut

WORDS = [f"сөз{i}" for i in range(30)] + [f"Name{i}" for i in range(10)] + [str(i) for i in range(10)]
sentences = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts around one shared stretch."""
    shared = draw(sentences)
    return tuple(f"{draw(sentences)} {shared} {draw(sentences)}" for _ in range(2))  # type: ignore[return-value]


@settings(deadline=None, max_examples=60)
@given(pairs())
def test_runs_are_the_same_words_in_both(texts: tuple[str, str]) -> None:
    later, earlier = texts
    found = compare(later, earlier, days=1)
    for run in found.runs:
        here = cut(later[run.later_start : run.later_end]).hashes.tolist()
        there = cut(earlier[run.earlier_start : run.earlier_end]).hashes.tolist()
        assert here == there
        assert len(here) == run.words
    assert found.longest_run == max((run.words for run in found.runs), default=0)
    for share in (found.share_of_later, found.share_of_earlier):
        assert 0 <= share <= 1


@settings(deadline=None, max_examples=60)
@given(pairs(), st.sampled_from([0, 1, 7]))
def test_the_verdict_is_that_of_a_collection_of_two(texts: tuple[str, str], days: int) -> None:
    later, earlier = texts
    frame = pl.DataFrame(
        {
            "article_id": ["a" * 64, "b" * 64],
            "text": [earlier, later],
            "published_on": [date(2025, 11, 1), date(2025, 11, 1 + days)],
            "published_at": pl.Series([None, None], dtype=pl.Datetime("us")),
            "outlet": pl.Series([None, None], dtype=pl.String),
            "origin": pl.Series([None, None], dtype=pl.String),
            "url": pl.Series([None, None], dtype=pl.String),
            "language": ["kk", "kk"],
        }
    )
    edges = find_reuse(frame).edges
    if edges.height:
        # On one day the longer text counts as the earlier.
        first, second = (earlier, later) if edges["article_id"][0] == "b" * 64 else (later, earlier)
        assert compare(second, first, days=days).kind == edges["kind"][0]
    elif compare(later, earlier, days=days).kind is not None:
        # A pair becomes a candidate by a shared fingerprint, which runs of fewer than twelve words need not have.
        assert compare(later, earlier, days=days).longest_run < 12


@settings(deadline=None, max_examples=40)
@given(
    pairs(),
    st.tuples(*[st.sampled_from([None, "https://www.a.example/1", "http://A.example/2", "https://b.example/1"])] * 2),
    st.tuples(*[st.sampled_from([None, "Маяк", "МАЯК", "a.example"])] * 2),
)
def test_the_verdict_knows_the_site(
    texts: tuple[str, str], urls: tuple[str | None, str | None], outlets: tuple[str | None, str | None]
) -> None:
    later, earlier = texts
    frame = pl.DataFrame(
        {
            "article_id": ["a" * 64, "b" * 64],
            "text": [earlier, later],
            "published_on": [date(2025, 11, 1), date(2025, 11, 2)],
            "published_at": pl.Series([None, None], dtype=pl.Datetime("us")),
            "outlet": pl.Series(outlets, dtype=pl.String),
            "origin": pl.Series([None, None], dtype=pl.String),
            "url": pl.Series(urls, dtype=pl.String),
            "language": ["kk", "kk"],
        }
    )
    edges = find_reuse(frame).edges
    site = one_site((urls[0], outlets[0]), (urls[1], outlets[1]))
    found = compare(later, earlier, days=1, same_site=site)
    if edges.height:
        assert found.kind == edges["kind"][0]
    else:
        assert found.kind is None or found.longest_run < 12


def test_two_pages_of_one_site_need_more_in_common() -> None:
    shared = " ".join(f"сөз{i}" for i in range(40))
    one, two = (f"{shared} " + " ".join(f"{name}{i}" for i in range(30)) for name in ("ана", "бала"))
    assert compare(one, two, days=1).kind == "excerpt"
    assert compare(one, two, days=1, same_site=True).kind == "quote"


def test_other_facts_in_the_same_words_are_twins() -> None:
    text = (
        "The office says that the pound costs {} and the dollar {} today and that the yen will be at {} all week long,"
        " as it was told to the town on the day before."
    )
    found = compare(text.format("1.31", "0.92", "155"), text.format("1.33", "0.95", "148"), days=1)
    assert found.twins
    assert found.kind is None
    assert found.facts_different > 0.1 * (found.facts_equal + found.facts_different)


def test_nothing_in_common_is_nothing() -> None:
    found = compare("one two three four five six", "", days=0)
    assert found == (None, 0.0, 0.0, 0, 0, 0, False, ())
