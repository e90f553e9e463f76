"""SQLAlchemy, Polars and pandas open the published marts: rows, types, comments, and new versions while they read."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
import sqlalchemy as sa

from tests.bi import reader
from tests.bi.published import Reader, Warehouse, read_while_versions_are_published
from warehouse import describe


def test_new_versions_are_seen(warehouse: Warehouse, tmp_path: Path) -> None:
    """All at once: several tools, several processes, one file."""
    read_while_versions_are_published(
        warehouse,
        [
            Reader(tool, [sys.executable, reader.__file__, tool], warehouse.marts, tmp_path)
            for tool in ("sqlalchemy", "polars", "pandas")
        ],
    )


@pytest.fixture
def engine(warehouse: Warehouse) -> sa.Engine:
    return sa.create_engine(f"duckdb:///{warehouse.marts}?access_mode=read_only", poolclass=sa.pool.NullPool)


def test_sqlalchemy_reflects_marts_columns_and_comments(engine: sa.Engine) -> None:
    inspector = sa.inspect(engine)
    told = describe.shipped()
    assert sorted(inspector.get_table_names(schema="main")) == sorted(m.name for m in told if m.kind == "table")
    assert inspector.get_view_names(schema="main") == [m.name for m in told if m.kind == "view"]
    for mart in told:
        columns = inspector.get_columns(mart.name, schema="main")
        assert [column["name"] for column in columns] == [column.name for column in mart.columns]
        assert [column["comment"] for column in columns] == [column.comment for column in mart.columns]
        if mart.kind == "table":  # a view promises nothing
            assert [column["nullable"] for column in columns] == [column.nullable for column in mart.columns]
    table = sa.Table("articles", sa.MetaData(), autoload_with=engine, schema="main")
    assert isinstance(table.c.published_on.type, sa.Date)
    assert isinstance(table.c.word_count.type, sa.BigInteger)
    with engine.connect() as connection:
        kazakh = connection.execute(sa.select(sa.func.count()).where(table.c.language == "kk")).scalar_one()
        assert kazakh > 0
        assert isinstance(connection.execute(sa.select(table.c.published_on)).scalars().first(), date)


def test_nobody_writes_through_a_read_only_connection(engine: sa.Engine) -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="read-only"):
        connection.execute(sa.text("DELETE FROM articles"))


def test_polars_gets_native_types(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.marts), read_only=True) as connection:
        frame = pl.read_database("SELECT * FROM articles", connection)
        assert connection.execute("FROM articles").pl().equals(frame)
    assert frame.schema["published_on"] == pl.Date
    assert frame.schema["published_at"] == pl.Datetime("us")
    assert frame.schema["word_count"] == pl.Int64
    assert frame.schema["is_first_print"] == pl.Boolean
    daily = frame.group_by("published_on", "language").len()
    assert daily["len"].sum() == frame.height


def test_pandas_gets_native_types(engine: sa.Engine, warehouse: Warehouse) -> None:
    with engine.connect() as connection:
        frame = pd.read_sql_table("daily_languages", connection, schema="main")
        articles = pd.read_sql_query(sa.text("SELECT * FROM articles"), connection)
    assert str(frame["day"].dtype).startswith("datetime64")
    assert str(articles["is_first_print"].dtype) == "bool"
    assert [[str(frame["articles"].sum())]] == warehouse.right_answers(["rows of articles"])["rows of articles"]
