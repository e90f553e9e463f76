"""The rules: each fails on the defect that it is there for, and on nothing else that is healthy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.audit import AuditContext, Figures, audit
from expectations.rules import COLUMNS, KEYS, NEVER_EMPTY, OWED, REQUIRED, Rule, parameters_of, rules_of
from transforms.records import CHECKS

# What the candidate is audited against: a served version with as many articles.
CONTEXT = AuditContext(
    previous=Figures(article_count=27, largest_story=3), freshness_days=3, logical_date=date(2026, 1, 8)
)
RULES = {rule.code: rule for rule in rules_of(CONTEXT)}


def article(name: str) -> str:
    """SQL of a named article's id."""
    return f"sha256('{name}')"


def of(name: str) -> str:
    """SQL that picks a named article's rows."""
    return f"WHERE article_id = {article(name)}"


def between(name: str, source: str) -> str:
    """SQL that picks the edge of two named articles, or its passages."""
    return f"{of(name)} AND source_article_id = {article(source)}"


# By rule: SQL that plants the defect which the rule is there for. Several variants are separated by the key's "#".
PLANTED: dict[str, str] = {
    "articles.article_id.format": f"UPDATE articles SET article_id = upper(article_id) {of('filler1')}",
    "articles.article_id.format#short": f"UPDATE articles SET article_id = 'abc' {of('filler1')}",
    "articles.is_first_print.earliest": f"UPDATE articles SET published_on = DATE '2025-12-31' {of('repost')}",
    "articles.is_first_print.one_per_story": f"UPDATE articles SET is_first_print = TRUE {of('copy')}",
    "articles.is_first_print.one_per_story#none": f"UPDATE articles SET is_first_print = FALSE {of('origin')}",
    "articles.language.format": f"UPDATE articles SET language = 'russian' {of('filler1')}",
    "articles.language.format#case": f"UPDATE articles SET language = 'RU' {of('filler1')}",
    "articles.language.in_article_languages": f"DELETE FROM article_languages {of('filler1')}",
    "articles.language.in_article_languages#other": f"UPDATE article_languages SET language = 'ba' {of('filler1')}",
    "articles.language.und_share": "UPDATE articles SET language = 'und' WHERE title < 'Title of filler2'",
    "articles.language_share.between": f"UPDATE articles SET language_share = 1.2 {of('filler1')}",
    "articles.published_at.near_published_on": f"UPDATE articles SET published_at = '2026-01-04 00:00' {of('origin')}",
    "articles.published_on.fresh": "DELETE FROM articles WHERE published_on > DATE '2026-01-04'",
    "articles.published_on.not_future": f"UPDATE articles SET published_on = DATE '2026-01-09' {of('filler1')}",
    "articles.published_on_source.guessed_share": "UPDATE articles SET published_on_source = 'modified'",
    "articles.published_on_source.in_set": f"UPDATE articles SET published_on_source = 'guess' {of('filler1')}",
    "articles.row_count.no_drop": f"DELETE FROM articles {of('filler1')}",
    "articles.script.format": f"UPDATE articles SET script = 'cyrl' {of('filler1')}",
    "articles.script.format#name": f"UPDATE articles SET script = 'Cyrillic' {of('filler1')}",
    "articles.story_id.is_first_print": f"UPDATE articles SET story_id = {article('nobody')} {of('copy')}",
    "articles.story_id.is_first_print#repost": f"UPDATE articles SET story_id = {article('copy')} {of('repost')}",
    "articles.text.readable": f"UPDATE articles SET text = 'a' || chr(0) || 'b' {of('filler1')}",
    "articles.text.readable#empty": f"UPDATE articles SET text = '' {of('filler1')}",
    "articles.told.not_blank": f"UPDATE articles SET outlet = ' ' {of('filler1')}",
    "articles.url.format": f"UPDATE articles SET url = 'see below' {of('filler1')}",
    "articles.url.format#host": f"UPDATE articles SET url = 'https://' {of('filler1')}",
    "articles.url.format#space": f"UPDATE articles SET url = 'https://canal.example/ 1' {of('filler1')}",
    "articles.word_count.between": f"UPDATE articles SET word_count = -1 {of('filler1')}",
    "articles.word_count.positive": f"UPDATE articles SET word_count = 0 {of('filler1')}",
    "article_languages.article_id.as_articles": (
        f"UPDATE article_languages SET article_id = {article('nobody')} {of('filler1')}"
    ),
    "article_languages.article_id.as_articles#day": (
        f"UPDATE article_languages SET published_on = DATE '2026-01-01' {of('quote')}"
    ),
    "article_languages.article_id.as_articles#outlet": f"UPDATE article_languages SET outlet = NULL {of('quote')}",
    "article_languages.language.format": f"UPDATE article_languages SET language = 'k' {of('filler1')}",
    "article_languages.script.format": f"UPDATE article_languages SET script = '' {of('filler1')}",
    "article_languages.share.between": f"UPDATE article_languages SET share = -0.1 {of('filler1')}",
    "article_languages.share.sum": f"UPDATE article_languages SET share = 0.5 {of('filler1')}",
    "article_languages.share.sum#more": f"UPDATE article_languages SET share = 0.9 {of('quote')}",
    "changes.subject.in_set": "UPDATE changes SET subject = 'edge' WHERE rowid = 0",
    "changes.change.in_set": "UPDATE changes SET change = 'moved' WHERE rowid = 0",
    "changes.id.as_marts": f"UPDATE changes SET id = {article('nobody')} WHERE rowid = 0",
    "changes.id.as_marts#day": "UPDATE changes SET day = DATE '2025-12-31' WHERE rowid = 0",
    "changes.id.as_marts#withdrawn": "UPDATE changes SET change = 'withdrawn' WHERE rowid = 0",
    "checks.row_count.empty": "INSERT INTO checks VALUES ('an.older.rule', 'articles', 'error', TRUE, '', 0)",
    "daily_languages.day.no_holes": "DELETE FROM daily_languages WHERE language = 'kk' AND day = DATE '2026-01-03'",
    "daily_languages.day.no_holes#beyond": ("INSERT INTO daily_languages VALUES (DATE '2026-02-01', 'kk', 0, 0, 0, 0)"),
    "daily_languages.recomputed": "UPDATE daily_languages SET words = words + 1 WHERE rowid = 0",
    "daily_languages.recomputed#articles": "UPDATE daily_languages SET articles = articles + 1 WHERE rowid = 0",
    "daily_languages.recomputed#first_prints": "UPDATE daily_languages SET first_prints = 7 WHERE rowid = 0",
    "daily_languages.recomputed#reposts": "UPDATE daily_languages SET reposts = reposts + 1 WHERE rowid = 0",
    "daily_languages.recomputed#lost": "DELETE FROM daily_languages WHERE language = 'und'",
    "daily_outlets.day.no_holes": "DELETE FROM daily_outlets WHERE outlet = 'Weekly' AND day = DATE '2026-01-01'",
    "daily_outlets.recomputed": "UPDATE daily_outlets SET words = words + 1 WHERE rowid = 0",
    "daily_outlets.recomputed#lost": "DELETE FROM daily_outlets WHERE outlet = '(unknown)'",
    "first_prints.article_id.as_stories": f"UPDATE stories SET story_id = {article('nobody')} WHERE rowid = 0",
    "first_prints.columns.as_published": "CREATE OR REPLACE VIEW first_prints AS SELECT article_id FROM articles",
    "first_prints.row_count.not_empty": "UPDATE articles SET is_first_print = FALSE",
    "outlet_flows.recomputed": "UPDATE outlet_flows SET copies = copies + 1 WHERE rowid = 0",
    "outlet_flows.recomputed#lost": "DELETE FROM outlet_flows WHERE rowid = 0",
    "outlet_flows.recomputed#empty": "DELETE FROM outlet_flows",
    "outlet_flows.recomputed#more": "INSERT INTO outlet_flows VALUES ('a', 'b', 0, 0, 0, 0, 0, 0)",
    "outlet_flows.recomputed#median": "UPDATE outlet_flows SET median_lag_days = 9.5 WHERE rowid = 0",
    "passages.article_end.within_text": (
        f"UPDATE passages SET article_end = article_end + 1 {between('copy', 'origin')}"
    ),
    "passages.article_end.within_text#source": (
        f"UPDATE passages SET source_end = source_end + 1 {between('copy', 'origin')}"
    ),
    "passages.article_id.has_edge": f"DELETE FROM reuse {between('quote', 'origin')}",
    "passages.article_start.no_overlap": (
        f"INSERT INTO passages SELECT article_id, source_article_id, article_end - 1, article_end + 4, 0, 5, 1, "
        "published_on, outlet, source_published_on, source_outlet "
        f"FROM passages {between('excerpt', 'origin')}"
    ),
    "passages.words.within_span": f"UPDATE passages SET words = 1000 {between('excerpt', 'origin')}",
    "passages.words.within_span#backwards": (
        f"UPDATE passages SET article_end = article_start - 1 {between('excerpt', 'origin')}"
    ),
    "passages.words.within_span#none": f"UPDATE passages SET words = 0 {between('excerpt', 'origin')}",
    "passages.words.within_span#before": f"UPDATE passages SET source_start = -1 {between('copy', 'origin')}",
    **{
        f"passages.published_on.as_reuse#{column}": f"UPDATE passages SET {change} {between('copy', 'origin')}"
        for column, change in {
            "day": "published_on = DATE '2026-01-03'",
            "outlet": "outlet = NULL",
            "source_day": "source_published_on = DATE '2025-12-31'",
            "source_outlet": "source_outlet = 'Another'",
        }.items()
    },
    **{
        f"publication.content_hash.as_rows#{mart}_{column}": (
            f"UPDATE internal.day_hashes SET {column} = {column} + 1 WHERE mart = '{mart}' AND day = DATE '2026-01-03'"
        )
        for mart in ("articles", "article_languages", "reuse", "passages")
        for column in ("hash", "rows")
    },
    "publication.content_hash.as_rows#lost": "DELETE FROM internal.day_hashes WHERE rowid = 0",
    "publication.content_hash.as_rows#more": "INSERT INTO internal.day_hashes VALUES ('articles', DATE '2025-12-01', 0, 0)",
    "publication.content_hash.as_rows#row": f"UPDATE articles SET title = 'Mended by hand' {of('copy')}",
    "publication.content_hash.format": "UPDATE publication SET content_hash = 'later'",
    "publication.logical_date.as_told": "UPDATE publication SET logical_date = DATE '2026-01-07'",
    "publication.row_count.one": "DELETE FROM publication",
    "publication.row_count.one#two": "INSERT INTO publication FROM publication",
    "quarantine.bytes.not_negative": "UPDATE quarantine SET bytes = -1",
    "quarantine.bytes.not_negative#untold": "UPDATE quarantine SET bytes = NULL",
    "quarantine.document_id.format": "UPDATE quarantine SET document_id = 'md5'",
    "quarantine.document_id.not_loaded": (
        f"UPDATE quarantine SET document_id = {article('copy')}, source_path = '2026/copy.txt'"
    ),
    "quarantine.reason.in_set": "UPDATE quarantine SET reason = 'dull'",
    "quarantine.row_count.share": (
        "INSERT INTO quarantine SELECT n || '.txt', NULL, 'vanished', 'It went away.', NULL, TIMESTAMP '2026-01-08' "
        "FROM range(9) AS t(n)"
    ),
    "reuse.article_id.exists": f"UPDATE reuse SET article_id = {article('nobody')} {between('copy', 'origin')}",
    "reuse.article_id.exists#source": f"UPDATE reuse SET source_article_id = {article('nobody')} {of('copy')}",
    "reuse.article_id.not_self": f"UPDATE reuse SET source_article_id = article_id {of('copy')}",
    "reuse.kind.in_set": f"UPDATE reuse SET kind = 'theft' {of('copy')}",
    "reuse.kind.inside_story": f"UPDATE reuse SET kind = 'repost' {of('excerpt')}",
    "reuse.lag_days.between": f"UPDATE reuse SET lag_days = -1 {of('copy')}",
    "reuse.lag_days.recomputed": f"UPDATE reuse SET lag_days = lag_days + 1 {of('copy')}",
    "reuse.lag_days.recomputed#later_source": (
        f"UPDATE reuse SET article_id = source_article_id, source_article_id = article_id, lag_days = -1 {of('copy')}"
    ),
    "reuse.passage_count.evidence": f"UPDATE reuse SET passage_count = 0 {of('quote')}",
    "reuse.passage_count.recomputed": f"UPDATE reuse SET passage_count = 3 {of('quote')}",
    "reuse.passage_count.recomputed#longest": f"UPDATE reuse SET longest_passage_words = 99 {of('quote')}",
    "reuse.passage_count.recomputed#lost": f"DELETE FROM passages {of('excerpt')}",
    **{
        f"reuse.published_on.as_articles#{column}": f"UPDATE reuse SET {change} {between('copy', 'origin')}"
        for column, change in {
            "day": "published_on = DATE '2026-01-03'",
            "outlet": "outlet = NULL",
            "source_day": "source_published_on = DATE '2025-12-31'",
            "source_outlet": "source_outlet = 'Another'",
        }.items()
    },
    "reuse.share_of_article.as_passages": f"UPDATE reuse SET share_of_article = share_of_article - 0.05 {of('quote')}",
    "reuse.share_of_article.as_passages#source": (
        f"UPDATE reuse SET share_of_source = share_of_source + 0.05 {of('excerpt')}"
    ),
    "reuse.share_of_article.between": f"UPDATE reuse SET share_of_article = 1.01 {of('quote')}",
    "reuse.share_of_source.between": f"UPDATE reuse SET share_of_source = -0.01 {of('quote')}",
    "reuse.source_article_id.no_cycle": (
        "INSERT INTO reuse SELECT source_article_id, article_id, kind, share_of_source, share_of_article, 1, 1, 0, "
        "source_published_on, source_outlet, published_on, outlet "
        f"FROM reuse {of('quote')}"
    ),
    "stories.article_count.growth": "UPDATE stories SET article_count = 1001 WHERE rowid = 0",
    "stories.connected": f"DELETE FROM reuse {of('repost')}",
    "stories.connected#same_day": (
        # Two that take from one another's day in a ring, and from nobody else.
        f"UPDATE articles SET published_on = DATE '2026-01-03' {of('copy')};"
        f"UPDATE reuse SET source_article_id = {article('repost')}, lag_days = 0 {of('copy')};"
        f"UPDATE reuse SET lag_days = 0 {of('repost')}"
    ),
    "stories.connected#excerpt": f"UPDATE reuse SET kind = 'excerpt' {of('copy')}",
    "stories.language.format": "UPDATE stories SET language = '' WHERE rowid = 0",
    "stories.recomputed": f"DELETE FROM stories WHERE story_id = {article('origin')}",
    "stories.recomputed#more": (
        f"INSERT INTO stories SELECT * REPLACE ({article('nobody')} AS story_id) FROM stories LIMIT 1"
    ),
    **{
        f"stories.recomputed#{column}": f"UPDATE stories SET {change} WHERE story_id = {article('origin')}"
        for column, change in {
            "first": "first_published_on = DATE '2025-12-31'",
            "last": "last_published_on = DATE '2026-01-04'",
            "outlet": "first_outlet = NULL",
            "title": "title = 'Another'",
            "language": "language = 'de'",
            "articles": "article_count = 2",
            "outlets": "outlet_count = 3",
            "days": "days = 2",
        }.items()
    },
}
for _table in NEVER_EMPTY:
    PLANTED.setdefault(f"{_table}.row_count.not_empty", f"DELETE FROM {_table}")
for _table in OWED:
    PLANTED[f"{_table}.row_count.as_owed"] = f"DELETE FROM {_table} WHERE rowid = 0"
    PLANTED[f"{_table}.row_count.as_owed#more"] = f"INSERT INTO {_table} FROM {_table} LIMIT 1"
    PLANTED[f"{_table}.row_count.as_owed#empty"] = f"DELETE FROM {_table}"
for _table, _key in KEYS.items():
    PLANTED[f"{_table}.{_key[0] if len(_key) == 1 else 'key'}.unique"] = f"INSERT INTO {_table} FROM {_table} LIMIT 1"
for _table in COLUMNS:
    PLANTED.setdefault(f"{_table}.columns.as_published", f"ALTER TABLE {_table} ADD COLUMN extra VARCHAR")

# That a column is told: one row loses the values of all of them, and each column's rule must say so.
UNTOLD: dict[str, str] = {
    rule.code: f"UPDATE {rule.table} SET {rule.column} = NULL WHERE rowid = 0"
    for rule in RULES.values()
    if rule.sql == "generic.not_null"
}


def test_shares_may_be_rounded_up(spoiled: Callable[[str], Path]) -> None:
    languages = ", ".join(f"('{code}', {share})" for code, share in (("kk", 0.3334), ("ru", 0.3334), ("en", 0.3333)))
    thirds = (
        f"INSERT INTO article_languages SELECT a.* REPLACE (told.code AS language, told.share AS share) "
        f"FROM article_languages AS a, (VALUES {languages}) AS told (code, share) {of('filler1')};"
        f"DELETE FROM article_languages {of('filler1')} AND share = 1"
    )
    rule = "article_languages.share.sum"
    assert audit(spoiled(thirds), context=CONTEXT, only={rule}).checks["success"].to_list() == [True]


def test_every_rule_has_a_planted_defect() -> None:
    planted = {code.partition("#")[0] for code in PLANTED} | UNTOLD.keys()
    assert planted - RULES.keys() == set(), "defects of rules that are gone"
    assert RULES.keys() - planted == set(), "rules that nobody has seen fail"


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_a_planted_defect_fails_its_rule(code: str, spoiled: Callable[[str], Path]) -> None:
    rule = RULES[code.partition("#")[0]]
    found = audit(spoiled(PLANTED[code]), context=CONTEXT, only={rule.code})
    (check,) = found.checks.to_dicts()
    assert check["rule"] == rule.code
    assert (check["table"], check["severity"], check["success"]) == (rule.table, rule.severity, False)
    assert found.failed == (rule.severity == "error")
    assert "could not be checked" not in check["observed"]
    # The rows are told: as many as there are, with the names of their columns.
    offenders = found.offenders[rule.code]
    assert check["offending_rows"] >= 1
    assert len(offenders.rows) == min(check["offending_rows"], 20)
    assert all(len(row) == len(offenders.columns) for row in offenders.rows)
    assert rule.code in found.report_markdown()


@pytest.mark.parametrize("table", sorted({RULES[code].table for code in UNTOLD}))
def test_a_value_that_is_not_told_fails_its_rule(table: str, spoiled: Callable[[str], Path]) -> None:
    codes = {code for code in UNTOLD if RULES[code].table == table}
    found = audit(spoiled(";".join(UNTOLD[code] for code in codes)), context=CONTEXT, only=codes)
    assert set(found.broken("error")["rule"]) == codes
    assert set(found.checks["offending_rows"]) == {1}
    assert all(found.offenders[code].columns[-1] == RULES[code].column for code in codes)


@pytest.mark.parametrize("kind", ["healthy", "loose"])
def test_the_healthy_candidate_passes_every_rule(kind: str, request: pytest.FixtureRequest) -> None:
    found = audit(request.getfixturevalue(kind), context=CONTEXT)
    assert found.checks.filter(~found.checks["success"]).to_dicts() == []
    assert not found.failed
    assert found.checks["rule"].to_list() == sorted(RULES)
    assert found.checks.schema == CHECKS


def test_every_rule_fails_where_the_tables_are_gone(spoiled: Callable[[str], Path]) -> None:
    drop = "DROP VIEW first_prints;" + "".join(f"DROP TABLE {table};" for table in COLUMNS if table != "first_prints")
    found = audit(spoiled(drop), context=CONTEXT)
    assert found.checks["success"].sum() == 0
    assert set(found.checks["observed"]) == {"the table is missing"}


def test_empty_tables_fail(spoiled: Callable[[str], Path]) -> None:
    empty = "".join(f"DELETE FROM {table};" for table in COLUMNS if table not in ("first_prints", "publication"))
    found = audit(spoiled(empty), context=CONTEXT)
    broken = set(found.broken("error")["rule"])
    assert {f"{table}.row_count.not_empty" for table in NEVER_EMPTY} <= broken
    assert {f"{table}.row_count.as_owed" for table in OWED} <= broken


def test_the_columns_are_those_of_the_schema(healthy: Path) -> None:
    with duckdb.connect(str(healthy), read_only=True) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, is_nullable FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND NOT internal ORDER BY column_index"
        ).fetchall()
    seen: dict[str, list[tuple[str, bool]]] = {}
    for table, column, nullable in columns:
        seen.setdefault(table, []).append((column, nullable))
    assert {table: tuple(name for name, _ in found) for table, found in seen.items()} == COLUMNS
    for table, found in seen.items():
        if table != "first_prints":  # a view promises nothing
            assert tuple(name for name, nullable in found if not nullable) == REQUIRED[table]


def test_the_sql_of_every_rule_is_there_and_nothing_is_left_over() -> None:
    folder = Path(__file__).resolve().parents[2] / "expectations" / "sql"
    assert {file.stem for file in folder.glob("*.sql")} == {rule.sql for rule in RULES.values() if rule.sql}


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.sql], ids=lambda rule: rule.code)
def test_queries_hold_nothing_that_a_layer_would_replace(rule: Rule) -> None:
    query = rule.query(parameters_of(CONTEXT, Figures(1, 1)))
    assert "$" not in query
    assert ";" not in query  # the audit puts the query into another one


@pytest.mark.parametrize(
    "name", ["max_article_drop", "max_quarantine_share", "max_und_share", "max_guessed_date_share"]
)
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_share_is_a_share(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        AuditContext(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("context", "code"),
    [
        (AuditContext(max_und_share=0.0), "articles.language.und_share"),
        (AuditContext(max_guessed_date_share=0.0), "articles.published_on_source.guessed_share"),
        (AuditContext(max_quarantine_share=0.0), "quarantine.row_count.share"),
        (AuditContext(freshness_days=0), "articles.published_on.fresh"),
        (AuditContext(min_story_limit=2), "stories.article_count.growth"),
        (AuditContext(previous=Figures(28, 3)), "articles.row_count.no_drop"),
    ],
)
def test_thresholds_decide(context: AuditContext, code: str, healthy: Path) -> None:
    assert not audit(healthy, context=context, only={code}).checks["success"].item()
    assert audit(healthy, context=AuditContext(), only={code}).checks["success"].item()


def test_freshness_has_a_severity_of_its_own(healthy: Path) -> None:
    stale = AuditContext(freshness_days=0, freshness_severity="error")
    assert audit(healthy, context=stale, only={"articles.published_on.fresh"}).failed
    assert not audit(healthy, context=AuditContext(freshness_days=0), only={"articles.published_on.fresh"}).failed


def test_the_night_is_the_candidates_own_where_none_is_told(spoiled: Callable[[str], Path]) -> None:
    candidate = spoiled("UPDATE publication SET logical_date = DATE '2026-01-05'")
    code = "articles.published_on.not_future"
    assert audit(candidate, context=AuditContext(), only={code}).failed
    assert not audit(candidate, context=AuditContext(logical_date=date(2026, 1, 7)), only={code}).failed


def test_withdrawn_articles_are_no_loss(healthy: Path) -> None:
    context = AuditContext(previous=Figures(30, 3), withdrawn=3)
    assert audit(healthy, context=context, only={"articles.row_count.no_drop"}).checks["success"].item()


def test_a_story_may_grow_with_the_largest_one(spoiled: Callable[[str], Path]) -> None:
    candidate = spoiled(PLANTED["stories.article_count.growth"])  # 1001 articles
    for largest, success in ((500, False), (501, True)):
        context = AuditContext(previous=Figures(27, largest))
        found = audit(candidate, context=context, only={"stories.article_count.growth"})
        assert found.checks["success"].item() is success
