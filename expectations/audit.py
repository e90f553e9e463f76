"""The audit: holds a candidate to the rules, through Great Expectations, before it is published.

What belongs here: running the rules on a closed DuckDB file and telling what was found. What does not: the rules
(rules.py), writing the mart `checks`, publishing. The file is opened read-only through SQLAlchemy and let go of before
`audit` returns.
"""

from __future__ import annotations

import contextlib
import html
import logging
import os
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import polars as pl

from expectations.rules import COLUMNS, AuditContext, Figures, Rule, parameters_of, rules_of
from transforms.records import CHECKS

__all__ = ["MAX_OFFENDERS", "Audit", "AuditContext", "AuditError", "Figures", "audit", "figures"]

# Enough to see what kind of defect it is; the rule's SQL, which the report shows, gives the rest.
MAX_OFFENDERS: Final = 20
# A cell of the report: a title or a path fits, a text does not.
_MAX_CELL: Final = 120
_SEVERITIES: Final = {"error": "critical", "warning": "warning"}  # ours in Great Expectations' words


class AuditError(RuntimeError):
    """The candidate cannot be audited at all: it is absent, or no database."""


@dataclass(frozen=True)
class Offenders:
    """Rows that break a rule, at most MAX_OFFENDERS of them, in a fixed order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    query: str  # the SQL that returns all of them


@dataclass(frozen=True)
class Audit:
    """What the audit found.

    `checks`: a frame of records.CHECKS, sorted by rule; `offenders`: by code of each failed rule, its offending rows (a
    rule that could not be run has none); `results`: Great Expectations' own results by table, ready for JSON.
    """

    checks: pl.DataFrame
    offenders: Mapping[str, Offenders]
    results: Mapping[str, Any]
    sentences: Mapping[str, str]

    @property
    def failed(self) -> bool:
        """Whether a rule of severity error does not hold: the candidate must not be published."""
        return bool(self.broken("error").height)

    def broken(self, severity: str) -> pl.DataFrame:
        """The checks of this severity that did not hold (columns of records.CHECKS)."""
        return self.checks.filter(~pl.col("success"), pl.col("severity") == severity)

    def report_markdown(self) -> str:
        """The audit as a page: what failed with the rows and the SQL, what is warned of, and every check."""
        errors, warned = self.broken("error"), self.broken("warning")
        verdict = "failed: nothing is published" if self.failed else "passed"
        lines = [
            f"# Audit {verdict}",
            "",
            f"{self.checks.height} rules, {errors.height} errors, {warned.height} warnings.",
        ]
        for heading, found in (("Errors", errors), ("Warnings", warned)):
            if found.height:
                lines += ["", f"## {heading}"]
            for check in found.iter_rows(named=True):
                rule = check["rule"]
                lines += ["", f"### {rule}", "", f"{self.sentences[rule]} Observed: {check['observed']}."]
                if offenders := self.offenders.get(rule):
                    shown = len(offenders.rows)
                    if shown < check["offending_rows"]:
                        lines += ["", f"The first {shown} of {check['offending_rows']} rows:"]
                    lines += ["", *_table(offenders.columns, offenders.rows)]
                    if offenders.query:
                        lines += ["", "```sql", offenders.query, "```"]
        lines += ["", "## All checks", ""]
        every = self.checks.select(
            "rule", "severity", pl.col("success").replace_strict({True: "held", False: "broken"}), "observed"
        )
        return "\n".join([*lines, *_table(["rule", "severity", "outcome", "observed"], every.rows())]) + "\n"


def audit(candidate: Path, *, context: AuditContext, only: Collection[str] | None = None) -> Audit:
    """Hold a candidate to the rules.

    Takes a closed DuckDB file with the schema of the marts (`checks` still empty, `publication` with its row), the
    thresholds, and the codes of the rules to run (None: all). Gives what was found; a rule that cannot be run counts as
    broken. The file is not changed, and can be opened for writing as soon as this returns. The first call of a process
    imports Great Expectations, which takes seconds.

    Raises AuditError where there is no such file or it is no database, ValueError for an unknown code.
    """
    rules = rules_of(context)
    if only is not None:
        if unknown := sorted(set(only) - {rule.code for rule in rules}):
            raise ValueError(f"no such rules: {', '.join(unknown)}")
        rules = tuple(rule for rule in rules if rule.code in only)
    previous = figures(context.previous) if isinstance(context.previous, Path) else context.previous
    parameters = parameters_of(context, previous)
    with _quiet():
        found, offenders, results = _run(candidate, rules, parameters, context)
    rows = [
        (
            rule.code,
            rule.table,
            rule.severity,
            found[rule.code].success,
            found[rule.code].observed,
            found[rule.code].rows,
        )
        for rule in rules
    ]
    checks = pl.DataFrame(rows, schema=CHECKS, orient="row").sort("rule")
    return Audit(checks, offenders, results, {rule.code: rule.sentence for rule in rules})


def figures(mart: Path) -> Figures:
    """The figures of a published mart that an audit compares its candidate with.

    Takes a file that may be served meanwhile: it is opened read-only. Raises AuditError where it cannot be read.
    """
    import sqlalchemy

    _must_exist(mart)
    engine = sqlalchemy.create_engine(_url(mart), **_connection({}))
    try:
        with engine.connect() as connection:
            articles: int = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()
            largest: int = connection.exec_driver_sql(
                "SELECT coalesce(max(article_count), 0) FROM stories"
            ).scalar_one()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise AuditError(f"{mart} cannot be read: {_first_line(error)}") from error
    finally:
        engine.dispose()
    return Figures(article_count=articles, largest_story=largest)


@dataclass(frozen=True)
class _Found:
    success: bool
    observed: str
    rows: int


def _run(
    candidate: Path, rules: Sequence[Rule], parameters: Mapping[str, object], context: AuditContext
) -> tuple[dict[str, _Found], dict[str, Offenders], dict[str, Any]]:
    """Runs the rules table by table: what was found and the offenders by rule, Great Expectations' results by table."""
    _must_exist(candidate)
    gx = _great_expectations()
    import sqlalchemy

    config: dict[str, object] = {"memory_limit": context.memory_limit}
    if context.threads is not None:
        config["threads"] = context.threads
    found: dict[str, _Found] = {}
    offenders: dict[str, Offenders] = {}
    results: dict[str, Any] = {}
    base = gx.data_context.types.base
    session = gx.get_context(
        mode="ephemeral",
        project_config=base.DataContextConfig(
            store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars={"globally": False},
            analytics_enabled=False,
        ),
    )
    source = None
    try:
        # Without these arguments every expectation fails on this dialect; Great Expectations takes "$" for one of its
        # variables.
        source = session.data_sources.add_sql(
            name="candidate", connection_string=_url(candidate).replace("$", r"\$"), kwargs=_connection(config)
        )
        with source.get_engine().connect() as connection:
            present = set(
                connection.exec_driver_sql(
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
                ).scalars()
            )
            for table in COLUMNS:
                of_table = [rule for rule in rules if rule.table == table]
                if table not in present:
                    found |= {rule.code: _Found(False, "the table is missing", 0) for rule in of_table}
                elif of_table:
                    result = _validate(source, table, of_table, parameters)
                    results[table] = result.to_json_dict()
                    by_code = {one.expectation_config.meta["rule"]: one for one in result.results}
                    for rule in of_table:
                        found[rule.code], offenders_of = _judge(rule, by_code[rule.code], connection, parameters)
                        if offenders_of is not None:
                            offenders[rule.code] = offenders_of
    except (sqlalchemy.exc.SQLAlchemyError, gx.datasource.fluent.interfaces.TestConnectionError) as error:
        raise AuditError(f"{candidate} cannot be audited: {_first_line(error)}") from error
    finally:
        # Both engines hold the file; while they do, nobody can open it for writing.
        if source is not None:
            source.get_engine().dispose()
            source.get_execution_engine().close()
            source.get_execution_engine().engine.dispose()
    return found, offenders, results


def _validate(source: Any, table: str, rules: Sequence[Rule], parameters: Mapping[str, object]) -> Any:
    """Great Expectations' result of the suite of one table."""
    gx = _great_expectations()
    # All at once: add_expectation compares each one with all before it.
    suite = gx.ExpectationSuite(name=table, expectations=[_expectation(rule, parameters) for rule in rules])
    asset = source.add_table_asset(name=table, table_name=table)
    batch = asset.add_batch_definition_whole_table(name="whole").get_batch()
    return batch.validate(suite, result_format="BASIC")


def _expectation(rule: Rule, parameters: Mapping[str, object]) -> Any:
    """The rule as an expectation that carries the rule's code."""
    kinds = _great_expectations().expectations
    told: dict[str, Any] = {
        "meta": {"rule": rule.code, "sentence": rule.sentence},
        "severity": _SEVERITIES[rule.severity],
    }
    match rule.kind:
        case "columns":
            return kinds.ExpectTableColumnsToMatchOrderedList(column_list=list(COLUMNS[rule.table]), **told)
        case "not_null":
            return kinds.ExpectColumnValuesToNotBeNull(column=rule.column, **told)
        case "in_set":
            return kinds.ExpectColumnValuesToBeInSet(column=rule.column, value_set=list(rule.words), **told)
        case "between":
            return kinds.ExpectColumnValuesToBeBetween(
                column=rule.column, min_value=rule.least, max_value=rule.most, **told
            )
        case "row_count":
            return kinds.ExpectTableRowCountToBeBetween(min_value=rule.least, max_value=rule.most, **told)
        case "rows" | "measure":
            # Great Expectations formats the query: braces are doubled, and it insists on being told of the batch.
            query = _breaking(rule, parameters).replace("{", "{{").replace("}", "}}")
            return _no_rows()(unexpected_rows_query=f"/* {{batch}} */ {query}", **told)


def _breaking(rule: Rule, parameters: Mapping[str, object]) -> str:
    """SQL of the rows that break the rule."""
    query = rule.query(parameters)
    if rule.kind == "measure":
        return f"SELECT * FROM (\n{query}\n) AS measured WHERE observed IS NULL OR observed > at_most"
    return query


def _judge(
    rule: Rule, result: Any, connection: Any, parameters: Mapping[str, object]
) -> tuple[_Found, Offenders | None]:
    """What a result says of its rule, and the offending rows where it is broken."""
    detail: Mapping[str, Any] = result.result
    if not detail:
        return _Found(False, f"could not be checked: {_raised(result.exception_info)}", 0), None
    success = bool(result.success)
    if rule.kind == "columns":
        offending = [
            (one["Expected Column Position"], one["Expected"], one["Found"])
            for one in detail.get("details", {}).get("mismatched", [])
        ]
        observed = f"{len(detail['observed_value'])} columns"
        if success:
            return _Found(True, observed, 0), None
        return _Found(False, observed, len(offending)), Offenders(
            ("position", "expected", "found"), tuple(offending[:MAX_OFFENDERS]), ""
        )
    match rule.kind:
        case "row_count":
            broken, observed = int(not success), _count(detail["observed_value"])
        case "rows":
            broken = detail["observed_value"]
            observed = f"{_count(broken)} in breach"
        case "measure":
            broken = detail["observed_value"]
            value, limit = connection.exec_driver_sql(rule.query(parameters)).one_or_none() or (None, None)
            bound = "no limit" if limit is None else f"at most {_number(limit)}"
            observed = "nothing to measure" if value is None else f"{_number(value)}, {bound}"
        case _:
            broken = detail["unexpected_count"] or 0  # None where there are no rows at all
            observed = f"{_count(broken)} of {detail['element_count']} in breach"
    if success:
        return _Found(True, observed, 0), None
    query = _breaking(rule, parameters)
    answer = connection.exec_driver_sql(f"SELECT * FROM (\n{query}\n) AS broken ORDER BY ALL LIMIT {MAX_OFFENDERS}")
    columns = tuple(answer.keys())
    return _Found(False, observed, broken), Offenders(columns, tuple(tuple(row) for row in answer), query)


@cache
def _great_expectations() -> ModuleType:
    """Great Expectations, imported on first use: it takes seconds and 200 MB, which only the gate should pay."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations
    import great_expectations.expectations

    return great_expectations  # type: ignore[no-any-return]


@cache
def _no_rows() -> Any:
    """The expectation that a query returns no row.

    UnexpectedRowsExpectation runs its query twice, for the number of rows and for the rows; the rows are fetched here
    only where there are any, so that a healthy candidate is read once.
    """
    base = _great_expectations().expectations.UnexpectedRowsExpectation

    class ExpectNoRows(base):  # type: ignore[misc, valid-type]
        metric_dependencies = ("unexpected_rows_query.row_count",)

        def _validate(
            self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
        ) -> Any:
            rows = int(metrics["unexpected_rows_query.row_count"])
            return {"success": rows == 0, "result": {"observed_value": rows}}

    return ExpectNoRows


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Great Expectations' log and warnings off the terminal; what matters is in its results."""
    logger, nowhere = logging.getLogger("great_expectations"), logging.NullHandler()
    propagate = logger.propagate
    logger.propagate = False
    logger.addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeHandler(nowhere)
        logger.propagate = propagate


def _must_exist(path: Path) -> None:
    """Raises AuditError where there is no file: DuckDB would say less."""
    if not path.is_file():
        raise AuditError(f"{path} is not there")


def _url(path: Path) -> str:
    """SQLAlchemy's address of a DuckDB file, whatever letters its path has."""
    from sqlalchemy import URL

    return URL.create("duckdb", database=str(path.absolute())).render_as_string(hide_password=False)


def _connection(config: Mapping[str, object]) -> dict[str, Any]:
    """Arguments of an engine that reads: each statement is a transaction of its own."""
    return {
        "isolation_level": "AUTOCOMMIT",
        "skip_autocommit_rollback": True,
        "connect_args": {"read_only": True, "config": dict(config)},
    }


def _raised(info: Mapping[str, Any]) -> str:
    """The first exception that kept a rule from being checked (told by metric, or for the whole rule)."""
    for one in info.values() if "exception_message" not in info else [info]:
        if isinstance(one, Mapping) and one.get("exception_message"):
            return _first_line(one["exception_message"])
    return "no result"


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or ["unknown error"])[0]


def _count(rows: int) -> str:
    return f"{rows} {'row' if rows == 1 else 'rows'}"


def _number(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table; long cells are cut."""

    def cell(value: object) -> str:
        text = "NULL" if value is None else " ".join(str(value).split())
        text = text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"
        # A title may hold markup; in the report it stays text.
        return html.escape(text, quote=False).replace("\\", "\\\\").replace("|", "\\|")

    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return lines + [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
