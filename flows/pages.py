"""The pages' common part: templates, labels in three languages, scripts, the policy that keeps a page to itself.

What belongs here: making one self-contained HTML file out of a template and values. What does not: what the values are (report,
explain, quality). A page has no address in it that is fetched: styles, scripts and data stand inline, and the policy names their
hashes, so that a browser runs these scripts and no other, whatever the texts hold.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from flows.text_safety import visible
from warehouse.files import write_in_place

LANGUAGES = ("en", "ru", "kk")
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """What a page is made of: its template (without `.html.j2`), its title's label, the template's values, its charts by id."""

    template: str
    title_key: str
    title_values: Values = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    charts: Mapping[str, Any] = field(default_factory=dict)


def _template(name: str) -> str:
    return (resources.files("flows") / "templates" / name).read_text(encoding="utf-8")


@cache
def labels() -> dict[str, dict[str, str]]:
    """The labels by language, then by key (flows/templates/labels.toml)."""
    table = tomllib.loads(_template("labels.toml"))
    return {language: {key: words[language] for key, words in table.items()} for language in LANGUAGES}


@cache
def locales() -> dict[str, dict[str, Any]]:
    """How each language writes dates, numbers and names of languages (flows/templates/locales.toml)."""
    return tomllib.loads(_template("locales.toml"))


def number(language: str, value: float) -> str:
    """A number as the language writes it, one digit after the point at most."""
    locale = locales()[language]
    whole, _, part = f"{value:,.1f}".partition(".")
    return whole.replace(",", locale["group"]) + ("" if part == "0" else locale["decimal"] + part)


def day(language: str, value: str) -> str:
    """An ISO day as the language writes it."""
    locale = locales()[language]
    told = date.fromisoformat(value)
    return str(locale["date"].format(d=told.day, month=locale["months"][told.month - 1], y=told.year))


def label(language: str, key: str, values: Values) -> str:
    """A label with its values filled in: numbers, days (names that end in "day"), kinds of
    reuse (`kind`) and names of languages (`language_code`) as the language writes them.

    Raises KeyError where there is no such label.
    """

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        value = values.get(name)
        if value is None:
            return match[0]
        if isinstance(value, int | float):
            return number(language, value)
        if name == "kind":
            return labels()[language][f"kind_{value}"]
        if name == "language_code":
            return str(locales()[language]["languages"].get(value, visible(str(value))))
        return day(language, value) if name.endswith("day") else visible(str(value))

    # One pass: braces inside a value stay what they are.
    return re.sub(r"\{(\w+)\}", filled, labels()[language][key])


def _json(value: Any) -> str:
    """JSON that no HTML parser can leave: `<`, `>` and `&` stand as escapes."""
    text = json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a page")


def _shown(value: Any) -> Any:
    """What the templates do with every value before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def chart_script() -> str:
    """Vega, Vega-Lite and vega-embed in one script, from the package vl-convert-python (2 CPU s, then kept)."""
    import vl_convert

    script: str = vl_convert.javascript_bundle(None)  # type: ignore[arg-type]  # None: all of it
    if "</script" in script.lower() or "<!--" in script:
        raise RuntimeError("the bundled chart library cannot stand inside a page: it holds the end of a script")
    return script


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def render(page: Page, language: str) -> str:
    """The page as HTML. `language` is the one it speaks where no script runs and where the reader's is none of ours.

    Raises ValueError for a language that is not one of LANGUAGES.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no labels in {language!r}: choose one of {', '.join(LANGUAGES)}")

    def t(key: str, **values: Any) -> Markup:
        told = Markup(" data-a='{}'").format(_json(_safe(values))) if values else ""
        return Markup('<span data-t="{}"{}>{}</span>').format(key, told, label(language, key, values))

    def t_aria(key: str, **values: Any) -> Markup:
        told = Markup(" data-a='{}'").format(_json(_safe(values))) if values else ""
        return Markup('data-t-aria="{}" aria-label="{}"{}').format(key, label(language, key, values), told)

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = _template("page.css")
    scripts = ([chart_script()] if page.charts else []) + [_template("page.js")]
    told = {
        "labels": labels(),
        "locales": locales(),
        "language": language,
        "title": {"key": page.title_key, "values": _safe(page.title_values)},
        "charts": _safe(page.charts),
    }
    # Nothing is fetched, framed, sent or run but what these hashes name; data: is the empty icon.
    policy = (
        f"default-src 'none'; script-src {' '.join(map(_source, scripts))}; style-src {_source(style)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return environment.get_template(f"{page.template}.html.j2").render(
        **page.values,
        title_key=page.title_key,
        title_values=page.title_values,
        language=language,
        policy=policy,
        style=Markup(style),  # noqa: S704 - the package's own file, as it stands
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - the package's own and the bundled library
        told=Markup(_json(told)),  # noqa: S704 - escaped by _json
        t=t,
        t_aria=t_aria,
        words=lambda key, **values: label(language, key, values),
        number=lambda value: number(language, value),
        day_in_words=lambda value: day(language, value),
        language_name=lambda code: locales()[language]["languages"].get(code, code),
    )


def _safe(value: Any) -> Any:
    """Every text inside a value made visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {name: _safe(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_safe(inner) for inner in value]
    return value


def write(page: Page, out: Path, language: str) -> Path:
    """Writes the page to `out`, in one step: a reader sees the old page or the new one. Gives `out`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    write_in_place(out, render(page, language))
    return out
