"""`firstprint explain`: why an article is, or is not, reuse of another, with the passages side by side.

What belongs here: putting together what the marts hold of a pair, comparing it again where they hold no edge, and showing it in the
terminal or as a page. What does not: the rules of reuse (transforms.reuse, transforms.comparison), SQL (warehouse/queries).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from flows import pages
from flows.text_safety import one_line, visible
from transforms.comparison import Comparison, compare
from transforms.kinds import QUOTE_WORDS
from transforms.pairs import CONFLICTS, EXCERPT
from transforms.records import STORY_KINDS
from transforms.recurrence import one_site
from warehouse.errors import WarehouseError
from warehouse.reader import Marts

# Letters of an article_id that name it: 16^6 ids, as the short ids of version control.
_LEAST_ID = 6
# Edges that are shown of one article; the rest is counted.
_EDGES = 20
# Passages and differences that are shown of one pair, unless all are asked for.
_SHOWN = 8
# Words of a difference: a mended number or phrase. A longer stretch is a part of its own, not a difference.
_DIFFERENCE_WORDS = 30
# Characters of a word that a difference cuts into: longer than any number or name.
_WORD = 40
# Characters around a passage, to see where it stands.
_AROUND = 60
# Characters of a passage that are shown from each of its ends, unless all is asked for.
_HALF = 280
# What a kind looks like in the terminal.
_STYLES = {
    "copy": "bold red",
    "repost": "bold green",
    "excerpt": "bold magenta",
    "quote": "bold yellow",
    "translation": "bold cyan",
}


class UnknownArticleError(WarehouseError):
    """No article, or more than one, goes by the name that was given: wrong usage."""


@dataclass(frozen=True)
class Article:
    """An article as explained: its row of the mart, and its story's."""

    article_id: str
    source_path: str
    published_on: date
    published_at: datetime | None
    published_on_source: str
    language: str
    title: str | None
    outlet: str | None
    origin: str | None
    url: str | None
    word_count: int
    text: str = field(repr=False)
    story_id: str
    is_first_print: bool
    story_articles: int
    story_first_published_on: date
    story_first_outlet: str | None


@dataclass(frozen=True)
class Passage:
    """A shared passage: characters of both texts, half-open, and its words."""

    article_start: int
    article_end: int
    source_start: int
    source_end: int
    words: int


@dataclass(frozen=True)
class Difference:
    """What stands between two passages: here and there. One of them may be empty."""

    article: str
    source: str


@dataclass(frozen=True)
class Measure:
    """A number behind the verdict: its label, its value, and what would be needed (a label's values)."""

    name: str
    value: float
    unit: str  # share, words, count, days


@dataclass(frozen=True)
class Pair:
    """The later article, the earlier one, and what ties them.

    `kind` is None where the marts hold no edge; `reason` says why: a label `reason_*` of the pages, filled with `values`.
    """

    article: Article
    source: Article
    kind: str | None
    reason: str
    values: Mapping[str, Any]
    measures: tuple[Measure, ...]
    passages: tuple[Passage, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Explanation:
    """What is known of an article (`pairs`: its edges, what it took first) or of two (`pairs`: the one of them)."""

    article: Article
    other: Article | None
    pairs: tuple[Pair, ...]
    edges: int  # of all there are, `pairs` may hold fewer

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for JSON but for dates."""
        return asdict(self)


def explain(marts_path: Path, a: str, b: str | None = None) -> Explanation:
    """Why `a` is, or is not, reuse of `b`; without `b`: all that `a` took, and who took from it.

    Takes `marts.duckdb` or a version's file, and articles by path, by address or by the beginning of their article_id (six letters
    at least). Raises UnknownArticleError where a name fits no article or several, or both are one; WarehouseError where the
    marts cannot be read.
    """
    with Marts(marts_path) as marts:
        first = _find(marts, a)
        if b is None:
            return _explain_one(marts, first)
        second = _find(marts, b)
        if first == second:
            raise UnknownArticleError(f"{_named(a)} and {_named(b)} are one article: name two")
        articles = _articles(marts, [first, second])
        edges = marts.read("explain_edges", article=first, other=second, most=_EDGES)
        if edges.height:
            pair = _edge(marts, edges.row(0, named=True), articles)
        else:
            pair = _no_edge(marts, *sorted(articles.values(), key=_age))
        return Explanation(articles[first], articles[second], (pair,), edges.height)


def _named(reference: str) -> str:
    return f"“{one_line(reference, 100)}”"


def _find(marts: Marts, reference: str) -> str:
    found = marts.read("explain_find", reference=reference, least=_LEAST_ID, most=5)
    exact = found.filter((found["source_path"] == reference) | (found["article_id"] == reference.lower()))
    if exact.height == 1 or found.height == 1:
        article_id: str = (exact if exact.height == 1 else found)["article_id"][0]
        return article_id
    if not found.height:
        raise UnknownArticleError(
            f"no published article goes by {_named(reference)}: give its source_path, its url, or the beginning of its"
            f" article_id ({_LEAST_ID} letters at least)"
        )
    listed = ", ".join(
        f"{row['article_id'][:12]} ({one_line(row['source_path'], 60)})" for row in found.iter_rows(named=True)
    )
    raise UnknownArticleError(f"several articles go by {_named(reference)}: {listed}; give more letters")


def _articles(marts: Marts, ids: list[str]) -> dict[str, Article]:
    names = Article.__dataclass_fields__
    rows = marts.read("explain_articles", articles=ids).iter_rows(named=True)
    return {row["article_id"]: Article(**{name: row[name] for name in names}) for row in rows}


def _age(article: Article) -> tuple[Any, ...]:
    """The order in which `transforms.reuse` takes two articles: who names an origin is later, the longer one earlier."""
    attributed = article.origin is not None and article.origin.lower() != (article.outlet or "").lower()
    return (
        article.published_on,
        attributed,
        article.published_at is None,
        article.published_at,
        -len(article.text),
        article.article_id,
    )


def _explain_one(marts: Marts, article_id: str) -> Explanation:
    edges = marts.read("explain_edges", article=article_id, other=None, most=_EDGES)
    ids = {article_id, *edges["article_id"], *edges["source_article_id"]}
    articles = _articles(marts, sorted(ids))
    pairs = tuple(_edge(marts, row, articles) for row in edges.iter_rows(named=True))
    return Explanation(articles[article_id], None, pairs, int(edges["edges"][0]) if edges.height else 0)


def _edge(marts: Marts, row: Mapping[str, Any], articles: Mapping[str, Article]) -> Pair:
    article, source = articles[row["article_id"]], articles[row["source_article_id"]]
    found = marts.read("explain_passages", article=article.article_id, source=source.article_id)
    passages = tuple(Passage(**passage) for passage in found.iter_rows(named=True))
    measures = [
        Measure("share_of_article", row["share_of_article"], "share"),
        Measure("share_of_source", row["share_of_source"], "share"),
        Measure("passages", row["passage_count"], "count"),
        Measure("longest_passage", row["longest_passage_words"], "words"),
        Measure("lag", row["lag_days"], "days"),
    ]
    if row["kind"] != "translation":
        measures += _facts(_compare(article, source))
    return Pair(
        article,
        source,
        row["kind"],
        f"reason_{row['kind']}",
        {
            "share": _percent(row["share_of_article"]),
            "source_share": _percent(row["share_of_source"]),
            "words": row["longest_passage_words"],
            "days": row["lag_days"],
        },
        tuple(measures),
        passages,
        _differences(article.text, source.text, passages) if row["kind"] in STORY_KINDS else (),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _compare(article: Article, source: Article) -> Comparison:
    return compare(
        article.text,
        source.text,
        days=(article.published_on - source.published_on).days,
        same_site=one_site((article.url, article.outlet), (source.url, source.outlet)),
    )


def _facts(found: Comparison) -> list[Measure]:
    return [
        Measure("facts_equal", found.facts_equal, "count"),
        Measure("facts_different", found.facts_different, "count"),
    ]


def _no_edge(marts: Marts, source: Article, article: Article) -> Pair:
    """Why the marts hold no edge between two articles: by the pair itself, or by what else the collection knows."""
    found = _compare(article, source)
    passages = tuple(Passage(*run) for run in found.runs)
    values: dict[str, Any] = {
        "share": _percent(found.share_of_later),
        "source_share": _percent(found.share_of_earlier),
        "words": found.longest_run,
        "equal": found.facts_equal,
        "different": found.facts_different,
        "allowed": _percent(CONFLICTS),
        "excerpt": _percent(EXCERPT),
        "quote": QUOTE_WORDS,
    }
    if not passages:
        reason = "reason_languages" if article.language != source.language else "reason_nothing"
    elif found.twins:
        reason = "reason_facts"
    elif found.kind is None:
        reason = "reason_little"
    else:
        values["kind"] = found.kind
        reason, more = _beyond_the_pair(marts, article, source)
        values |= more
    measures = [
        Measure("share_of_article", found.share_of_later, "share"),
        Measure("share_of_source", found.share_of_earlier, "share"),
        Measure("passages", len(passages), "count"),
        Measure("longest_passage", found.longest_run, "words"),
        Measure("lag", (article.published_on - source.published_on).days, "days"),
        *_facts(found),
    ]
    differences = _differences(article.text, source.text, passages) if found.twins else ()
    return Pair(article, source, None, reason, values, tuple(measures), passages, differences)


def _beyond_the_pair(marts: Marts, article: Article, source: Article) -> tuple[str, dict[str, Any]]:
    """Why there is no edge although the two alone would give one."""
    edges = marts.read("explain_edges", article=article.article_id, other=None, most=_EDGES)
    taken = edges.filter(edges["article_id"] == article.article_id)
    if taken.height:
        nearer = _articles(marts, taken["source_article_id"].to_list())
        named = ", ".join(
            one_line(one.outlet or one.source_path, 60) + f" ({one.article_id[:12]})" for one in nearer.values()
        )
        if article.story_id == source.story_id:
            return "reason_nearer", {"nearer": named}
        return "reason_other_source", {"nearer": named}
    if article.story_id == source.story_id:
        return "reason_same_story", {}
    return "reason_common", {}


def _differences(article: str, source: str, passages: tuple[Passage, ...]) -> tuple[Difference, ...]:
    """What stands between passages that follow each other in both texts, where it is short and holds a letter or a digit.

    Widened to the blanks around it in both texts: of 6,42 and 6,47 only 42 and 47 differ, and nobody reads it so.
    """
    found = []
    for before, after in pairwise(passages):
        here = (before.article_end, after.article_start)
        there = (before.source_end, after.source_start)
        if here[0] > here[1] or there[0] > there[1]:
            continue
        if not any(character.isalnum() for character in article[slice(*here)] + source[slice(*there)]):
            continue
        told = Difference(_widened(article, *here), _widened(source, *there))
        if max(len(told.article.split()), len(told.source.split())) <= _DIFFERENCE_WORDS:
            found.append(told)
    return tuple(found)


def _widened(text: str, start: int, end: int) -> str:
    """text[start:end] with the rest of the words that it cuts into, at most _WORD characters on each side."""
    least, most = max(0, start - _WORD), min(len(text), end + _WORD)
    if start == end:
        return ""
    if not text[start].isspace():
        while start > least and not text[start - 1].isspace():
            start -= 1
    if not text[end - 1].isspace():
        while end < most and not text[end].isspace():
            end += 1
    return text[start:end].strip()


# -- shown -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """A passage as it is shown: what stands before it, itself (in one piece, or its two ends), what stands after it."""

    before: str
    pieces: tuple[str, ...]
    after: str


def cut_out(text: str, passage: tuple[int, int], passages: list[tuple[int, int]], *, full: bool) -> Cut:
    """A passage of `text` with a little around it, up to the next of the `passages`; unless in `full`, without its middle."""
    start, end = passage
    floor = max((one[1] for one in passages if one[1] <= start), default=0)
    ceiling = min((one[0] for one in passages if one[0] >= end), default=len(text))
    first, last = max(floor, start - _AROUND), min(ceiling, end + _AROUND)
    shown = text[start:end]
    pieces = (shown,) if full or len(shown) <= 3 * _HALF else (shown[:_HALF], shown[-_HALF:])
    return Cut("…" * (first > floor) + text[first:start], pieces, text[end:last] + "…" * (last < ceiling))


def _side_by_side(pair: Pair, limit: int | None, *, full: bool) -> list[tuple[int, Cut, Cut]]:
    """The first passages of a pair: words, in the article, in the source. Of a translation: how both texts begin (0 words)."""
    if pair.kind == "translation":
        return [(0, Cut(_beginning(pair.article.text), (), ""), Cut(_beginning(pair.source.text), (), ""))]
    here = [(one.article_start, one.article_end) for one in pair.passages]
    there = [(one.source_start, one.source_end) for one in pair.passages]
    return [
        (
            one.words,
            cut_out(pair.article.text, (one.article_start, one.article_end), here, full=full),
            cut_out(pair.source.text, (one.source_start, one.source_end), there, full=full),
        )
        for one in pair.passages[:limit]
    ]


def _beginning(text: str) -> str:
    return text if len(text) <= 2 * _HALF else text[: 2 * _HALF] + "…"


def _value(measure: Measure, language: str) -> str:
    if measure.unit == "share":
        return f"{pages.number(language, round(100 * measure.value, 1))} %"
    return pages.number(language, measure.value)


def sentence(pair: Pair, language: str) -> str:
    """The verdict in words."""
    return pages.label(language, pair.reason, pair.values)


def render(explanation: Explanation, console: Console, *, language: str = "en", full: bool = False) -> None:
    """Shows an explanation on a terminal; `full`: every passage whole. What texts hold is shown as text, whatever it is."""

    def t(key: str, **values: Any) -> str:
        return pages.label(language, key, values)

    if explanation.other is None:
        console.print(_card(explanation.article, t("article"), language))
        console.print(Text(t("edges_line", edges=explanation.edges, shown=len(explanation.pairs)), style="bold"))
    for pair in explanation.pairs:
        _render_pair(
            pair, console, language, full, heads=explanation.other is not None or pair.article != explanation.article
        )


def _card(article: Article, heading: str, language: str) -> Panel:
    facts = Table.grid(padding=(0, 1))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for key, value in _facts_of(article, language):
        facts.add_row(Text(key), Text(one_line(value)))
    return Panel(facts, title=Text(heading, style="bold"), title_align="left")


def _facts_of(article: Article, language: str) -> list[tuple[str, str]]:
    def t(key: str, **values: Any) -> str:
        return pages.label(language, key, values)

    unknown = t("unknown")
    story = (
        t("story_first")
        if article.is_first_print
        else t(
            "story_member",
            first_day=article.story_first_published_on.isoformat(),
            outlet=article.story_first_outlet or unknown,
        )
    )
    told = [
        (t("title_of"), article.title or t("untitled")),
        (t("published"), f"{pages.day(language, article.published_on.isoformat())} ({article.published_on_source})"),
        (t("outlet"), article.outlet or unknown),
        (t("origin"), article.origin or "—"),
        (t("language"), pages.locales()[language]["languages"].get(article.language, article.language)),
        (t("words"), pages.number(language, article.word_count)),
        (t("story"), f"{story} ({pages.number(language, article.story_articles)})"),
        (t("path"), article.source_path),
        ("article_id", article.article_id),
    ]
    return told if not article.url else [*told, ("url", article.url)]


def _render_pair(pair: Pair, console: Console, language: str, full: bool, *, heads: bool) -> None:
    def t(key: str, **values: Any) -> str:
        return pages.label(language, key, values)

    two = Table.grid(expand=True, padding=(0, 1))
    two.add_column(ratio=1, overflow="fold")
    two.add_column(ratio=1, overflow="fold")
    if heads:
        two.add_row(_card(pair.article, t("article"), language), _card(pair.source, t("source"), language))
        console.print(two)
    else:
        console.print(_card(pair.source, t("source"), language))
    kind = pages.label(language, f"kind_{pair.kind}", {}) if pair.kind else t("no_reuse")
    verdict = Text(f"{t('verdict')}: ", style="bold")
    verdict.append(kind, style=_STYLES[pair.kind] if pair.kind else "bold blue")
    console.print(verdict)
    console.print(Text(sentence(pair, language)))
    numbers = Table(title=Text(t("numbers"), style="bold"), title_justify="left", show_edge=False)
    numbers.add_column(Text(t("measure")))
    numbers.add_column(Text(t("value")), justify="right")
    for measure in pair.measures:
        numbers.add_row(Text(t(f"measure_{measure.name}")), Text(_value(measure, language)))
    console.print(numbers)
    if pair.differences:
        table = _two_columns(t("differences"))
        table.add_column(Text(t("source")), ratio=1, overflow="fold")
        table.add_column(Text(t("article")), ratio=1, overflow="fold")
        for one in pair.differences if full else pair.differences[:_SHOWN]:
            table.add_row(Text(visible(one.source), style="red"), Text(visible(one.article), style="green"))
        console.print(Group(table, *_more(len(pair.differences), full, language)))
    beside = _side_by_side(pair, None if full else _SHOWN, full=full)
    if beside:
        table = _two_columns(t("shared_passages" if pair.passages else "beginnings"))
        table.add_column(Text(t("article")), ratio=1, overflow="fold")
        table.add_column(Text(t("source")), ratio=1, overflow="fold")
        for words, here, there in beside:
            heading = t("passage_words", words=words) if words else ""
            table.add_row(_marked(here, heading), _marked(there, heading))
        console.print(Group(table, *_more(len(pair.passages), full, language)))
    console.print()


def _two_columns(title: str) -> Table:
    return Table(title=Text(title, style="bold"), title_justify="left", show_edge=False, expand=True, show_lines=True)


def _more(count: int, full: bool, language: str) -> list[Text]:
    return (
        [] if full or count <= _SHOWN else [Text(pages.label(language, "more", {"count": count - _SHOWN}), style="dim")]
    )


def _marked(shown: Cut, heading: str) -> Text:
    text = Text(f"{heading}\n" if heading else "", style="")
    text.stylize("dim")
    text.append(visible(shown.before), style="dim")
    for place, piece in enumerate(shown.pieces):
        if place:
            text.append(" […] ", style="dim")
        text.append(visible(piece), style="black on yellow")
    text.append(visible(shown.after), style="dim")
    return text


def write_html(explanation: Explanation, out: Path, *, language: str = "en", full: bool = True) -> Path:
    """Writes an explanation as a page of its own to `out` and gives `out`; `language` as in `flows.report.build_report`."""
    return pages.write(page(explanation, full=full), out, language)


def page(explanation: Explanation, *, full: bool) -> pages.Page:
    """An explanation as a page."""
    return pages.Page(
        "explain",
        "title_explain",
        {},
        {
            "alone": None if explanation.other is not None else explanation.article,
            "edges": explanation.edges,
            "pairs": [
                {
                    "pair": pair,
                    "verdict": pair.values,
                    "differences": pair.differences,
                    "passages": [
                        {"words": words, "article": here, "source": there}
                        for words, here, there in _side_by_side(pair, None, full=full)
                    ],
                }
                for pair in explanation.pairs
            ],
        },
    )
