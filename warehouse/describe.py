"""What the marts are, told from the database's own comments: docs/marts.md, and the schema that tests hold stable.

    python -m warehouse.describe > docs/marts.md
    python -m warehouse.describe --schema > tests/warehouse/marts_schema.txt

What belongs here: reading names, types, constraints and comments of a marts database. What does not: reading its rows (reader).
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from warehouse import sqlfiles

_KEY = re.compile(r"\s*Key: (?P<columns>\w+(?:, \w+)*)\.$")
_HEAD = """# The marts

Made by `python -m warehouse.describe` from the comments in the database, so that this page says what a BI tool shows; a test keeps
it equal. Names, types and meanings are stable: [CHANGELOG.md](../CHANGELOG.md) says every change. How tools open the marts:
[bi.md](bi.md).

Times are UTC without a zone. Positions in texts count characters (Unicode code points) from 0, as DuckDB's `substr(text, start + 1,
end - start)` does.
"""


@dataclass(frozen=True)
class Column:
    """A column of a mart: its name, DuckDB type, whether it may be NULL, and what it means."""

    name: str
    type: str
    nullable: bool
    comment: str


@dataclass(frozen=True)
class Mart:
    """A mart: its name, `table` or `view`, what a row is, its key (no columns where it has one row) and its columns.

    `checks` are the conditions that every row meets. `like` names the table that a view takes its columns from, where their names
    and types are the same.
    """

    name: str
    kind: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[str, ...]
    like: str | None


def describe(connection: duckdb.DuckDBPyConnection) -> list[Mart]:
    """The marts of the open database, in the order of `warehouse/marts/schema.sql`; others after them by name.

    A file does not keep the order that its tables were made in. A view's column without a comment of its own gets that of the table
    it is like.
    """
    columns: dict[str, list[Column]] = {}
    for mart, name, kind, nullable, comment in connection.execute(sqlfiles.sql("sql/describe_columns")).fetchall():
        columns.setdefault(mart, []).append(Column(name, kind, nullable, comment or ""))
    checks: dict[str, list[str]] = {}
    for mart, expression in connection.execute(sqlfiles.sql("sql/describe_checks")).fetchall():
        checks.setdefault(mart, []).append(expression)
    told = connection.execute(sqlfiles.sql("sql/describe_marts")).fetchall()
    places = _places()
    told.sort(key=lambda row: (places.get(row[0], len(places)), row[0]))
    shapes = {
        tuple((column.name, column.type) for column in columns[mart]): mart
        for mart, kind, _ in reversed(told)
        if kind == "table"
    }
    marts = []
    for mart, kind, comment in told:
        own = columns[mart]
        like = shapes.get(tuple((column.name, column.type) for column in own)) if kind == "view" else None
        if like is not None:
            own = [
                Column(column.name, column.type, base.nullable, column.comment or base.comment)
                for column, base in zip(own, columns[like], strict=True)
            ]
        found = _KEY.search(comment or "")
        key = tuple(found["columns"].split(", ")) if found else ()
        text = _KEY.sub("", comment or "")
        marts.append(Mart(mart, kind, text, key, tuple(own), tuple(checks.get(mart, ())), like))
    return marts


@cache
def _places() -> dict[str, int]:
    """The marts of the schema by name, numbered in the order it makes them."""
    with duckdb.connect() as connection:
        connection.execute(sqlfiles.sql("marts/schema"))
        told = connection.execute(sqlfiles.sql("sql/describe_marts")).fetchall()
    return {name: place for place, (name, _, _) in enumerate(told)}


def shipped() -> list[Mart]:
    """The marts that this version of firstprint builds, from `warehouse/marts/schema.sql`."""
    with duckdb.connect() as connection:
        connection.execute(sqlfiles.sql("marts/schema"))
        return describe(connection)


def page(marts: Sequence[Mart]) -> str:
    """docs/marts.md: for each mart what a row is, its key, and its columns with type and meaning."""
    parts = [
        _HEAD,
        "| mart | what it is |\n|---|---|\n"
        + "".join(f"| [{m.name}](#{m.name}) | {_cell(m.comment)} |\n" for m in marts),
    ]
    for mart in marts:
        key = f"Key: {', '.join(f'`{name}`' for name in mart.key)}." if mart.key else "No key: it has one row."
        lines = [f"## {mart.name}\n\n{mart.comment} {key}\n"]
        if mart.like is not None:
            lines.append(f"A view; its columns are those of [{mart.like}](#{mart.like}).\n")
        else:
            lines.append("| column | type | NULL | meaning |\n|---|---|---|---|")
            lines += [
                f"| `{column.name}` | {column.type} | {'yes' if column.nullable else ''} | {_cell(column.comment)} |"
                for column in mart.columns
            ]
            lines.append("")
        parts.append("\n".join(lines))
    return "\n".join(parts)


def schema(marts: Sequence[Mart]) -> str:
    """The schema as text, a line each for mart, condition and column: what must not change unsaid."""
    lines = []
    for mart in marts:
        lines.append(f"{mart.kind} {mart.name} key({', '.join(mart.key)}): {mart.comment}")
        lines += [f"  check {expression}" for expression in mart.checks]
        lines += [
            f"  {column.name} {column.type}{'' if column.nullable else ' NOT NULL'}: {column.comment}"
            for column in mart.columns
        ]
    return "\n".join(lines) + "\n"


def fingerprint(told: str) -> str:
    """A name for a schema as `schema` tells it: the first 12 hex digits of its SHA-256."""
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the page, or the schema, of the marts of this version or of a file of marts."""
    parser = argparse.ArgumentParser(prog="python -m warehouse.describe", description="Tells what the marts are.")
    parser.add_argument("marts", nargs="?", type=Path, help="a marts.duckdb; without it, the marts this version builds")
    parser.add_argument(
        "--schema", action="store_true", help="the schema, a line a column, with its fingerprint on stderr"
    )
    told = parser.parse_args(arguments)
    if told.marts is None:
        marts = shipped()
    else:
        with duckdb.connect(str(told.marts), read_only=True) as connection:
            marts = describe(connection)
    if told.schema:
        text = schema(marts)
        print(f"Marts schema `{fingerprint(text)}`", file=sys.stderr)
    else:
        text = page(marts)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
