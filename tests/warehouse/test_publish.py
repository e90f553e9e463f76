"""Publication: what is written anew is what changed, no more and no less; a damaged base is found; a rollback is told."""

from __future__ import annotations

import hashlib
import logging
import random
import shutil
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.errors import AuditFailedError
from tests import support
from warehouse import publish
from warehouse.store import Store

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "landing"
BODY = (
    "Город получил новый мост через реку, его строили три года и ещё два ждали. Движение откроют в понедельник утром,"
    " автобусы до конца месяца пойдут старой дорогой, а велосипедистов просят спешиться и перейти мост пешком."
)
OWN = " Мэр сказал, что следующей весной возьмутся за набережную, если найдутся деньги и подрядчик."


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, published."""
    warehouse = tmp_path_factory.mktemp("publish") / "warehouse"
    assert support.night(SAMPLE, warehouse).outcome == "published"
    return warehouse


@pytest.fixture
def copied(sample: Path, tmp_path: Path) -> Path:
    """A copy of the published sample, to be changed."""
    return Path(shutil.copytree(sample, tmp_path / "warehouse", symlinks=True))


def opened(warehouse: Path) -> closing[Store]:
    return closing(Store(warehouse, threads=2, memory_limit="1GB"))


def dirty(store: Store, since: int) -> set[date]:
    rows = store.rows("SELECT day FROM meta.dirty_days WHERE data_version > $since", {"since": since})
    return {day for (day,) in rows}


def edge(store: Store) -> tuple[str, date, str, date]:
    """An edge between articles of two days: (article, its day, source, its day)."""
    ((article, on, source, source_on), *_) = store.rows(
        "SELECT e.article_id, a.published_on, e.source_article_id, s.published_on FROM reuse.edges AS e"
        " JOIN staging.articles AS a ON a.article_id = e.article_id"
        " JOIN staging.articles AS s ON s.article_id = e.source_article_id"
        " WHERE a.published_on <> s.published_on ORDER BY ALL"
    )
    return article, on, source, source_on


def derived(store: Store, article_id: str) -> pl.DataFrame:
    """An article as `load_articles` takes it."""
    article = store.frame("FROM staging.articles WHERE article_id = $id", {"id": article_id})
    languages = store.frame(
        "SELECT list({language: language, script: script, share: share}) AS languages FROM staging.article_languages"
        " WHERE article_id = $id",
        {"id": article_id},
    )
    return pl.concat([article.drop("derived_by", "derived_run"), languages], how="horizontal")


def test_another_outlet_of_a_source_is_told_where_it_was_taken_from(copied: Path) -> None:
    """The edge itself stays as it is; its row in the marts, on the day of the later article, does not."""
    with opened(copied) as store:
        article, on, source, source_on = edge(store)
        before = store.state().data_version
        same = derived(store, source)
        store.load_articles(same, "code", "run")
        assert dirty(store, before) == {source_on}
        store.load_articles(same.with_columns(outlet=pl.lit("Another Gazette")), "code", "run")
        assert {on, source_on} <= dirty(store, before)
        candidate = publish.build(
            store,
            run_id="run",
            logical_date=support.NIGHT,
            published_at=datetime(2025, 12, 1),  # noqa: DTZ001 - UTC without a zone, as in the marts
            **dict(zip(("code_version", "config"), made_by(copied), strict=True)),
        )
        with duckdb.connect(str(candidate.path), read_only=True) as marts:
            for mart in ("reuse", "passages"):
                told = marts.execute(
                    f"SELECT DISTINCT source_outlet FROM {mart} WHERE article_id = ? AND source_article_id = ?",
                    [article, source],
                ).fetchall()
                assert told == [("Another Gazette",)], mart


def made_by(warehouse: Path) -> tuple[str, str]:
    """Code and settings of the served version."""
    return support.query(warehouse, "SELECT code_version, config_fingerprint FROM publication")[0]  # type: ignore[return-value]


def test_only_the_days_of_what_changed_are_written_anew(copied: Path) -> None:
    """What the search for reuse puts in its place again as it was makes no day dirty; an edge or a passage that is another does."""
    with opened(copied) as store:
        article, on, source, _ = edge(store)
        views = {
            "gone": pl.DataFrame(schema={"number": pl.Int64, "article_id": pl.String}),
            "taken": pl.DataFrame({"article_id": [article]}),
            "edges_rows": store.frame("FROM reuse.edges WHERE article_id = $id", {"id": article}),
            "passages_rows": store.frame("FROM reuse.passages WHERE article_id = $id", {"id": article}),
            "members_rows": store.frame("FROM reuse.members WHERE article_id = $id", {"id": article}),
            "chosen": pl.DataFrame(schema={"article_id": pl.String}),
            **{
                name: store.frame(f"FROM reuse.{table} LIMIT 0")
                for name, table in (("kept_rows", "kept"), ("postings_rows", "postings"), ("flags_rows", "flags"))
            },
            "postings_gone": pl.DataFrame(schema={"number": pl.Int64}),
            "flags_gone": pl.DataFrame(schema={"fingerprint": pl.UInt64}),
            "retold_rows": store.frame("SELECT article_id, source_article_id, kind FROM reuse.edges LIMIT 0"),
        }

        def days(**other: pl.DataFrame) -> set[date]:
            before = store.state().data_version
            store.apply_reuse({**views, **other})
            return dirty(store, before)

        edges, passages, members = views["edges_rows"], views["passages_rows"], views["members_rows"]
        assert days() == set()
        assert days(edges_rows=edges.with_columns(share_of_article=pl.lit(0.5))) == {on}
        assert days() == {on}
        assert days(passages_rows=passages.with_columns(source_end=pl.col("source_end") + 1)) == {on}
        assert days() == {on}
        assert days(passages_rows=passages.head(0)) == {on}
        assert days() == {on}
        assert days(edges_rows=edges.filter(pl.col("source_article_id") != source)) == {on}
        assert days() == {on}
        told = store.frame(
            "SELECT article_id, source_article_id, 'translation' AS kind FROM reuse.edges WHERE article_id = $id"
            " AND source_article_id = $source",
            {"id": article, "source": source},
        )
        nothing = views["taken"].head(0)
        kept = {"edges_rows": edges.head(0), "passages_rows": passages.head(0), "taken": nothing}
        assert days(retold_rows=told, **kept) == {on}
        assert store.rows(
            "SELECT count(*) FROM reuse.edges WHERE kind = 'translation' AND article_id = $id AND source_article_id = $source",
            {"id": article, "source": source},
        ) == [(1,)]
        assert days() == {on}
        assert days(members_rows=members.with_columns(story_id=pl.lit(source[::-1]))) == {on}


def test_edges_and_passages_stand_in_the_order_of_days(copied: Path, tmp_path: Path) -> None:
    """After nights that add to days in any order, what stands is what one night over all of it would have written."""
    landing = tmp_path / "landing"
    texts = {f"{n}.txt": f" date 2025-11-{20 - n} {BODY} {OWN * (n % 2)} Номер {n}.".encode() for n in range(5)}
    warehouse = tmp_path / "nights"
    for name, text in texts.items():
        support.write(landing, {name: text})
        assert support.night(landing, warehouse).outcome == "published"
    support.night(landing, tmp_path / "once")
    assert support.marts(warehouse) == support.marts(tmp_path / "once")
    assert support.content_hash(warehouse) == support.content_hash(tmp_path / "once")
    told = support.query(tmp_path / "once", "SELECT published_on, article_id, source_article_id FROM reuse")
    assert len(told) >= 4
    assert told == sorted(told)


def test_a_story_that_follows_another_and_ceases_to_is_what_one_night_says(tmp_path: Path) -> None:
    """What turns an edge and names a story anew comes later than the article whose edge it is, and on another day."""
    rng = random.Random(5)
    words = ["".join(rng.choices("бвгдклмнпрст", k=3)) + rng.choice("аеиоу") for _ in range(430)]
    whole, anew = words[:300], words[300:]
    early = whole[:85] + anew + whole[215:]
    told = {
        "r": (3, early),
        "a": (4, ["иначе" if at % 12 == 5 else word for at, word in enumerate(whole)]),
        "b": (5, ["иначе" if at % 12 == 9 else word for at, word in enumerate(whole)]),
        "c": (6, ["иначе" if at % 12 == 11 else word for at, word in enumerate(whole)]),
        "y": (7, whole[:85] + anew[:75] + whole[160:]),
        "z": (9, [*early, "иначе"]),
    }
    texts = {f"{name}.txt": f" date 2025-11-{day:02} {' '.join(text)}.".encode() for name, (day, text) in told.items()}
    landing, warehouse = tmp_path / "landing", tmp_path / "nights"
    count = "SELECT count(*) FROM stories"
    for name, expected in (("rab", 2), ("c", 2), ("y", 1), ("z", 2)):
        support.write(landing, {f"{letter}.txt": texts[f"{letter}.txt"] for letter in name})
        assert support.night(landing, warehouse).outcome == "published"
        assert support.query(warehouse, count) == [(expected,)]
        support.night(landing, tmp_path / name)
        assert support.marts(warehouse) == support.marts(tmp_path / name)
        assert support.content_hash(warehouse) == support.content_hash(tmp_path / name)
    last = hashlib.sha256(texts["z.txt"]).hexdigest()
    support.withdraw(warehouse, last)
    assert support.query(warehouse, count) == [(1,)]
    for mart in ("articles", "stories", "reuse", "passages"):
        assert support.marts(warehouse)[mart] == support.marts(tmp_path / "y")[mart], mart


def damage(warehouse: Path, sql: str) -> None:
    """Changes the served version by hand."""
    path = (warehouse / "marts.duckdb").resolve()
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)
    path.chmod(0o444)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE internal.day_hashes SET hash = hash + 1 WHERE mart = 'reuse'",
        "UPDATE articles SET title = 'Mended by hand' WHERE published_on = DATE '2025-11-20'",
        "DELETE FROM passages",
    ],
)
def test_a_damaged_version_is_found_by_the_night_that_builds_upon_it_and_mended_by_the_next(
    sql: str, tmp_path: Path
) -> None:
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    support.write(landing, {f"{n}.txt": f" date 2025-11-2{n} {BODY}{OWN * n}".encode() for n in range(3)})
    support.night(landing, warehouse)
    assert support.query(warehouse, "SELECT count(*) FROM passages") > [(0,)]
    damage(warehouse, sql)
    support.write(landing, {"3.txt": f" date 2025-11-25 {OWN} Это другая новость.".encode()})
    with pytest.raises(AuditFailedError) as refused:
        support.night(landing, warehouse, audited=True)
    assert "nothing was published" in str(refused.value)
    report = (warehouse / "rejected" / "marts-000002.md").read_text(encoding="utf-8")
    assert "publication.content_hash.as_rows" in report
    assert support.night(landing, warehouse, audited=True).outcome == "published"
    support.night(landing, tmp_path / "fresh")
    assert support.marts(warehouse) == support.marts(tmp_path / "fresh")
    assert support.content_hash(warehouse) == support.content_hash(tmp_path / "fresh")


def test_the_night_after_a_rollback_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    for number in range(2):
        support.write(landing, {f"{number}.txt": f" date 2025-11-2{number} {BODY} Номер {number}.".encode()})
        assert "rolled back" not in support.night(landing, warehouse).message
    told = "SELECT version, previous_version, rolled_back_from FROM publication"
    assert support.query(warehouse, told) == [("000002", "000001", None)]
    publish.serve(warehouse, "000001")
    with caplog.at_level(logging.INFO):
        run = support.night(landing, warehouse, audited=True)
    said = "built upon version 000001, to which 000002 had been rolled back"
    assert run.message.startswith("published version 000003")
    assert run.message.endswith(said)
    assert support.query(warehouse, told) == [("000003", "000001", "000002")]
    assert support.query(warehouse, "SELECT count(*) FROM articles") == [(2,)]
    with opened(warehouse) as store:
        ((summary,),) = store.rows(
            "SELECT summary FROM meta.stages WHERE stage = 'marts' AND run_id = $run", {"run": run.run_id}
        )
    assert summary.endswith(said)
    page = (warehouse / "report.html").read_text(encoding="utf-8")
    assert "Built upon version 000001, to which 000002 had been rolled back." in page
    # Only that night: the next one builds upon what it published.
    support.write(landing, {"2.txt": f" date 2025-11-23 {OWN} Это другая новость.".encode()})
    run = support.night(landing, warehouse, support.NIGHT + timedelta(1))
    assert (run.outcome, "rolled back" in run.message) == ("published", False)
    assert support.query(warehouse, told) == [("000004", "000003", None)]


def test_a_night_without_news_after_a_rollback_brings_the_newest_state_back(tmp_path: Path) -> None:
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    for number in range(2):
        support.write(landing, {f"{number}.txt": f" date 2025-11-2{number} {BODY} Номер {number}.".encode()})
        support.night(landing, warehouse)
    newest = support.content_hash(warehouse)
    publish.serve(warehouse, "000001")
    assert support.night(landing, warehouse).candidate is not None
    assert support.content_hash(warehouse) == newest
