"""A reader as BI tools are, a program of its own: it asks the same questions again and again, each time over a new connection.

    python reader.py TOOL MARTS QUESTIONS OUT STOP

QUESTIONS is a JSON object of SQL texts by name. Until the file STOP is there, each round opens MARTS read-only with TOOL, asks them
all, and closes. A line of JSON goes to OUT whenever the answers differ from the round before, values as text:
{"rounds": n, "answers": {name: rows}}. Whatever goes wrong ends the program with its error.

Needs the tool and the standard library alone: it also runs in environments that have nothing of firstprint.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Questions = dict[str, str]
Answers = dict[str, list[list[Any]]]


def as_text(sql: str) -> str:
    """The query with every column as text: what is asked here is whether the rows arrive, not how each tool shows numbers."""
    return f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({sql.strip().rstrip(';')}\n) AS told"


def plain(rows: Any) -> list[list[Any]]:
    """Rows of a frame: whatever it has for NULL becomes None."""
    return [[value if isinstance(value, str) else None for value in row] for row in rows]


def ask_duckdb(marts: str, questions: Questions) -> Answers:
    """DuckDB's own Python package."""
    import duckdb

    with duckdb.connect(marts, read_only=True) as connection:
        return {name: plain(connection.execute(as_text(sql)).fetchall()) for name, sql in questions.items()}


def ask_sqlalchemy(marts: str, questions: Questions) -> Answers:
    """SQLAlchemy without a pool: a connection that is given back is closed."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"duckdb:///{marts}?access_mode=read_only", poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        answers = {name: plain(connection.exec_driver_sql(as_text(sql)).fetchall()) for name, sql in questions.items()}
    engine.dispose()
    return answers


def ask_polars(marts: str, questions: Questions) -> Answers:
    """Polars, through DuckDB's connection."""
    import duckdb
    import polars

    with duckdb.connect(marts, read_only=True) as connection:
        return {
            name: plain(polars.read_database(as_text(sql), connection).iter_rows()) for name, sql in questions.items()
        }


def ask_pandas(marts: str, questions: Questions) -> Answers:
    """pandas, through SQLAlchemy."""
    import pandas
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"duckdb:///{marts}?access_mode=read_only", poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        answers = {
            name: plain(pandas.read_sql_query(sqlalchemy.text(as_text(sql).replace(":", "\\:")), connection).values)
            for name, sql in questions.items()
        }
    engine.dispose()
    return answers


def ask_ibis(marts: str, questions: Questions) -> Answers:
    """ibis: SQL as a table expression; `tables` besides."""
    import ibis

    connection = ibis.duckdb.connect(marts, read_only=True)
    assert {"articles", "first_prints", "stories"} <= set(connection.list_tables())
    answers = {name: plain(connection.sql(as_text(sql)).to_pandas().values) for name, sql in questions.items()}
    by_language = connection.table("articles").group_by("language").agg(articles=ibis._.count())
    counted = sum(by_language.to_pandas()["articles"])
    assert [[str(counted)]] == answers["rows of articles"]
    connection.disconnect()
    return answers


TOOLS: dict[str, Callable[[str, Questions], Answers]] = {
    "duckdb": ask_duckdb,
    "sqlalchemy": ask_sqlalchemy,
    "polars": ask_polars,
    "pandas": ask_pandas,
    "ibis": ask_ibis,
}


def main() -> None:
    tool, marts, questions, out, stop = sys.argv[1:]
    asked: Questions = json.loads(Path(questions).read_text(encoding="utf-8"))
    before: Answers | None = None
    rounds = 0
    with Path(out).open("w", encoding="utf-8") as lines:
        while not Path(stop).exists():
            answers = TOOLS[tool](marts, asked)
            rounds += 1
            if answers != before:
                before = answers
                print(json.dumps({"rounds": rounds, "answers": answers}), file=lines, flush=True)


if __name__ == "__main__":
    main()
