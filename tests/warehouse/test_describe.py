"""docs/marts.md says what the database says, and the schema of the marts does not change unsaid.

The rule: `marts_schema.txt` beside this file is the schema as it was last agreed on, and its fingerprint stands in CHANGELOG.md in
an entry "Marts schema `<fingerprint>`: what changed". Whoever changes a name, a type, a condition or a comment must write both
anew, and the entry of the newest schema must be the first of its kind in the file. So a change is always told, never noticed later.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from warehouse import describe, sqlfiles

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = Path(__file__).parent / "marts_schema.txt"
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_database_says() -> None:
    told = describe.page(describe.shipped())
    assert (ROOT / "docs" / "marts.md").read_text(encoding="utf-8") == told, (
        "write it anew: python -m warehouse.describe > docs/marts.md"
    )


def test_the_schema_does_not_change_unsaid() -> None:
    marts = describe.shipped()
    told = describe.schema(marts)
    name = describe.fingerprint(told)
    advice = (
        "the schema of the marts changed: python -m warehouse.describe --schema > tests/warehouse/marts_schema.txt,"
        f" and say what changed in CHANGELOG.md above the older entries: * Marts schema `{name}`: ..."
    )
    assert SNAPSHOT.read_text(encoding="utf-8") == told, advice
    entries = re.findall(r"^\* Marts schema `([0-9a-f]{12})`: \S", CHANGELOG, flags=re.MULTILINE)
    assert entries[:1] == [name], advice
    assert not [mart.name for mart in marts if not re.search(rf"\b{mart.name}\b", CHANGELOG)], advice


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE stories RENAME COLUMN days TO day_count",
        "ALTER TABLE stories ALTER COLUMN title SET NOT NULL",
        "ALTER TABLE quarantine ALTER COLUMN bytes TYPE INTEGER",
        "ALTER TABLE publication ADD COLUMN more VARCHAR",
        "COMMENT ON COLUMN stories.title IS 'Something else.'",
        "COMMENT ON TABLE stories IS 'One row per story. Key: title.'",
        "CREATE TABLE more (a INTEGER)",
        "DROP VIEW first_prints",
    ],
)
def test_any_change_changes_the_fingerprint(change: str) -> None:
    before = describe.fingerprint(describe.schema(describe.shipped()))
    with duckdb.connect() as connection:
        connection.execute(sqlfiles.sql("marts/schema"))
        connection.execute(change)
        assert describe.fingerprint(describe.schema(describe.describe(connection))) != before


def test_everything_is_explained() -> None:
    marts = describe.shipped()
    assert len(marts) >= 12
    for mart in marts:
        assert mart.comment.endswith("."), mart.name
        assert not [column.name for column in mart.columns if not column.comment.endswith(".")], mart.name
        assert set(mart.key) <= {column.name for column in mart.columns}, mart.name
        # Without a key there is one row, and the comment says so.
        assert mart.key or mart.comment.startswith("One row:"), mart.name
    (view,) = (mart for mart in marts if mart.kind == "view")
    assert (view.name, view.like) == ("first_prints", "articles")


def test_the_view_tells_its_columns_itself(tmp_path: Path) -> None:
    """BI tools ask the view, not the table it is like; and what is said there is not lost with the file's next opening."""
    path = tmp_path / "marts.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS marts (STORAGE_VERSION 'v1.4.0')")
        connection.execute("USE marts")
        connection.execute(sqlfiles.sql("marts/schema"))
    comments = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
    with duckdb.connect(str(path), read_only=True) as connection:
        own = connection.execute(comments, ["first_prints"]).fetchall()
        assert own == connection.execute(comments, ["articles"]).fetchall()
        assert all(comment for _, comment in own)


def test_a_file_is_described_as_the_schema_that_made_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "marts.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS marts (STORAGE_VERSION 'v1.4.0')")
        connection.execute("USE marts")
        connection.execute(sqlfiles.sql("marts/schema"))
    describe.main([str(path)])
    assert capsys.readouterr().out == describe.page(describe.shipped())
    describe.main([str(path), "--schema"])
    told = capsys.readouterr()
    assert told.out == describe.schema(describe.shipped())
    assert told.err == f"Marts schema `{describe.fingerprint(told.out)}`\n"


def test_a_bar_in_a_comment_stays_in_its_cell() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE one (a INTEGER); COMMENT ON COLUMN one.a IS 'this | that'")
        assert "| `a` | INTEGER | yes | this \\| that |" in describe.page(describe.describe(connection))
