"""The report's charts, as Vega-Lite specifications made with Altair.

What belongs here: rows in, a specification out, pure. Titles are labels (`§key`), colours are the page's: both are put in by
templates/page.js, so that one specification serves three languages, light and dark. `usermeta.columns` names the columns whose
values are codes (language, kind) or names (outlet, NULL for the rest).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

KINDS = ("first", "copy", "repost", "excerpt", "quote", "translation")
# A shape a kind, so that no reader has to tell them by colour.
_SHAPES = ("diamond", "circle", "square", "triangle-up", "triangle-down", "cross")
Rows = Sequence[dict[str, Any]]


def _finished(chart: Any, columns: dict[str, str]) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    # Rows stand in the chart itself: page.js puts their codes into words.
    (rows,) = spec.pop("datasets").values() if "datasets" in spec else (spec["data"]["values"],)
    spec["data"] = {"values": rows}
    spec.pop("config", None)
    spec["usermeta"] = {"columns": columns}
    return spec


# The chart is as wide as its place on the page and as high as its rows ask for.
# A row: a line of text and the room of a fingertip's half between two.
_ROW = 26
_TWO_ROWS = 40
_SIZE = {"type": "fit-x", "contains": "padding"}


def _day_axis(days: int, *, cells: bool) -> Any:
    """An axis of days; `cells`: a day is a stretch, whose name stands at its beginning, not a point."""
    import altair as alt

    # Six labels at most: a phone is some 300 pixels wide, "10 Nov" some 45.
    ticks = {"interval": "day", "step": max(1, -(-days // 6))}
    return alt.Axis(
        format="%d %b", tickCount=ticks, grid=False, labelAlign="left" if cells else "center", labelBound=cells
    )


def _whole(most: int, least: int = 0) -> dict[str, Any]:
    """Ticks of a count: whole numbers only. Up to eight each has its own; beyond, Vega's choice is whole by itself."""
    return {"format": "d"} | ({"values": list(range(least, most + 1))} if most <= 8 else {})


def _most(rows: Rows, key: str, value: str) -> int:
    """The largest sum of `value` over rows of the same `key`."""
    sums: Counter[Any] = Counter()
    for row in rows:
        sums[row[key]] += row[value]
    return max(sums.values(), default=0)


def days_by_language(rows: Rows, names: Sequence[str | None], days: int) -> dict[str, Any]:
    """Stacked bars a day. Rows: day (ISO), name (a language, None: the rest), articles."""
    import altair as alt

    chart = (
        alt.Chart(alt.InlineData(values=list(rows)), width="container", autosize=_SIZE, height=220)
        .mark_bar()
        .encode(
            x=alt.X(
                "utcyearmonthdate(day):T", title=None, axis=_day_axis(days, cells=True), scale=alt.Scale(type="utc")
            ),
            y=alt.Y("sum(articles):Q", title="§articles", axis=alt.Axis(**_whole(_most(rows, "day", "articles")))),
            color=alt.Color("name:N", title="§language", scale=alt.Scale(domain=list(names))),
            tooltip=[
                alt.Tooltip("utcyearmonthdate(day):T", title="§day", format="%d %B"),
                alt.Tooltip("name:N", title="§language"),
                alt.Tooltip("sum(articles):Q", title="§articles"),
            ],
        )
    )
    return _finished(chart, {"name": "language"})


def days_by_outlet(rows: Rows, names: Sequence[str | None], days: int) -> dict[str, Any]:
    """A grid of days and outlets. Rows: day (ISO), name (an outlet, None: the rest), articles."""
    import altair as alt

    shown = [row for row in rows if row["articles"]]
    chart = (
        alt.Chart(alt.InlineData(values=shown), width="container", autosize=_SIZE, height=_ROW * len(names))
        .mark_rect(cornerRadius=2)
        .encode(
            x=alt.X(
                "utcyearmonthdate(day):T", title=None, axis=_day_axis(days, cells=True), scale=alt.Scale(type="utc")
            ),
            y=alt.Y("name:N", title=None, scale=alt.Scale(domain=list(names)), axis=alt.Axis(ticks=False)),
            color=alt.Color(
                "sum(articles):Q",
                title="§articles",
                legend=alt.Legend(gradientLength=140, **_whole(max((row["articles"] for row in rows), default=0), 1)),
            ),
            tooltip=[
                alt.Tooltip("utcyearmonthdate(day):T", title="§day", format="%d %B"),
                alt.Tooltip("name:N", title="§outlet"),
                alt.Tooltip("sum(articles):Q", title="§articles"),
            ],
        )
    )
    return _finished(chart, {"name": "outlet"})


def story(rows: Rows, outlets: Sequence[str], days: int) -> dict[str, Any]:
    """A timeline: a mark an article, earlier ones above later ones. Rows: day (ISO), outlet, kind (one of KINDS), in order."""
    import altair as alt

    used = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    places = [KINDS.index(kind) for kind in used]
    legend = alt.Legend(symbolSize=90)
    chart = (
        alt.Chart(
            alt.InlineData(values=list(reversed(rows))), width="container", autosize=_SIZE, height=_ROW * len(outlets)
        )
        .mark_point(size=110, filled=True, opacity=1)
        .encode(
            x=alt.X("day:T", title=None, axis=_day_axis(days, cells=False), scale=alt.Scale(type="utc", padding=16)),
            y=alt.Y(
                "outlet:N", title=None, scale=alt.Scale(domain=list(outlets)), axis=alt.Axis(ticks=False, grid=True)
            ),
            color=alt.Color("kind:N", title="§kind", scale=alt.Scale(domain=used), legend=legend),
            shape=alt.Shape(
                "kind:N", title="§kind", scale=alt.Scale(domain=used, range=[_SHAPES[place] for place in places])
            ),
            tooltip=[
                alt.Tooltip("utcyearmonthdate(day):T", title="§day", format="%d %B"),
                alt.Tooltip("outlet:N", title="§outlet"),
                alt.Tooltip("kind:N", title="§kind"),
            ],
        )
    )
    spec = _finished(chart, {"outlet": "outlet", "kind": "kind"})
    # The page's colours by number, so that a kind has one colour in all charts.
    spec["usermeta"]["colours"] = [place + 1 for place in places]
    return spec


def flows(rows: Rows, order: Sequence[str]) -> dict[str, Any]:
    """Stacked bars a pair of outlets. Rows: flow (its names, a line each), kind, edges."""
    import altair as alt

    used = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    lines = "split(datum.label, '\\n')"
    chart = (
        alt.Chart(alt.InlineData(values=list(rows)), width="container", autosize=_SIZE, height=_TWO_ROWS * len(order))
        .mark_bar()
        .encode(
            x=alt.X("edges:Q", title="§count", axis=alt.Axis(**_whole(_most(rows, "flow", "edges")))),
            y=alt.Y(
                "flow:N",
                title=None,
                scale=alt.Scale(domain=list(order)),
                axis=alt.Axis(ticks=False, labelExpr=lines, labelOffset=-7),
            ),
            color=alt.Color("kind:N", title="§kind", scale=alt.Scale(domain=used)),
            tooltip=[
                alt.Tooltip("flow:N", title="§flow"),
                alt.Tooltip("kind:N", title="§kind"),
                alt.Tooltip("edges:Q", title="§count"),
            ],
        )
    )
    spec = _finished(chart, {"kind": "kind"})
    spec["usermeta"]["colours"] = [KINDS.index(kind) + 1 for kind in used]
    return spec
