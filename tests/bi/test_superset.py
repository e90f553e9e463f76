"""Apache Superset opens the published marts: database, datasets, charts and SQL Lab over its REST API, beside publications."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bi import environments, reader
from tests.bi.published import PUBLICATIONS, Warehouse, questions
from warehouse import describe

pytestmark = pytest.mark.long
HERE = Path(__file__).parent
# Commands of Superset import for seconds; on a busy machine the server is there within half a minute.
_PATIENCE_SECONDS = 240.0
_USER = {"username": "analyst", "password": "only-here"}


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a Superset of two workers, logged in. The server ends with the test."""
    commands = environments.python("superset")
    home = tmp_path_factory.mktemp("superset")
    told = {
        **os.environ,
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
        "FLASK_APP": "superset.app:create_app()",
    }
    for command in (
        ["db", "upgrade"],
        ["fab", "create-admin", "--firstname", "A", "--lastname", "B", "--email", "a@b.example"]
        + [part for name, value in _USER.items() for part in (f"--{name}", value)],
        ["init"],
    ):
        done = subprocess.run(
            [commands / "superset", *command],
            env=told,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = home / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [
                *(commands / "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "4"),
                *("--timeout", "120", "--bind", address, "superset.app:create_app()"),
            ],
            env=told,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        with httpx.Client(base_url=f"http://{address}", timeout=_PATIENCE_SECONDS, trust_env=False) as client:
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while True:
                try:
                    if client.get("/health").text == "OK":
                        break
                except httpx.TransportError:
                    assert server.poll() is None and time.monotonic() < deadline, log.read_text()[-2000:]
                    time.sleep(0.2)
            login = client.post("/api/v1/security/login", json={**_USER, "provider": "db", "refresh": False})
            client.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
            yield client
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_superset(superset: httpx.Client, warehouse: Warehouse) -> None:
    database = made(
        superset.post(
            "/api/v1/database/",
            json={
                "database_name": "firstprint",
                "sqlalchemy_uri": f"duckdb:///{warehouse.marts}?access_mode=read_only",
                "expose_in_sqllab": True,
            },
        )
    )["id"]
    tables = made(superset.get(f"/api/v1/database/{database}/tables/", params={"q": "(schema_name:main)"}))["result"]
    marts = {mart.name: mart for mart in describe.shipped()}
    assert sorted(table["value"] for table in tables) == sorted(marts)

    datasets = {}
    for name, mart in marts.items():
        made_of = {"database": database, "schema": "main", "table_name": name}
        datasets[name] = made(superset.post("/api/v1/dataset/", json=made_of))["id"]
        columns = made(superset.get(f"/api/v1/dataset/{datasets[name]}"))["result"]["columns"]
        assert {column["column_name"] for column in columns} == {column.name for column in mart.columns}
        # What the columns mean arrives with them, those of the view included.
        assert {c["column_name"]: c["description"] for c in columns} == {c.name: c.comment for c in mart.columns}
        if name == "daily_languages":
            assert [column["column_name"] for column in columns if column["is_dttm"]] == ["day"]

    made(
        superset.post(
            "/api/v1/chart/",
            json={
                "slice_name": "Articles by language",
                "viz_type": "table",
                "datasource_id": datasets["daily_languages"],
                "datasource_type": "table",
                "params": "{}",
            },
        )
    )

    def chart(mart: str, columns: list[Any], metric: str, time_range: str = "No filter") -> list[dict[str, Any]]:
        """The data of a chart, asked anew of the database."""
        total = {"expressionType": "SQL", "sqlExpression": metric, "label": "total"}
        query = {"columns": columns, "metrics": [total], "row_limit": 10_000, "time_range": time_range}
        if time_range != "No filter":
            query["granularity"] = "day"
        source = {"id": datasets[mart], "type": "table"}
        asked = {
            "datasource": source,
            "force": True,
            "result_format": "json",
            "result_type": "full",
            "queries": [query],
        }
        data: list[dict[str, Any]] = made(superset.post("/api/v1/chart/data", json=asked))["result"][0]["data"]
        return data

    def lab(sql: str) -> list[list[Any]]:
        """The rows of a query in SQL Lab."""
        asked = {"database_id": database, "schema": "main", "sql": sql, "runAsync": False, "queryLimit": 10_000}
        told = made(superset.post("/api/v1/sqllab/execute/", json=asked))
        return [[row[column["name"]] for column in told["columns"]] for row in told["data"]]

    for number in range(PUBLICATIONS + 1):
        version = warehouse.version() if number == 0 else warehouse.publish()
        right = warehouse.right_answers()
        # Both workers and all their threads answer: each opens the marts anew, none remembers the version before.
        for _ in range(6):
            assert lab("SELECT version FROM publication") == [[version]]
        for name in marts:
            assert [[str(row["total"])] for row in chart(name, [], "count(*)")] == right[f"rows of {name}"], name
        by_language = {row["language"]: row["total"] for row in chart("daily_languages", ["language"], "sum(articles)")}
        assert [[str(sum(by_language.values()))]] == right["rows of articles"]
        for name, sql in questions().items():
            # Superset reads a statement with a parser of its own; the rows are those of DuckDB.
            assert [[v if v is None else str(v) for v in row] for row in lab(reader.as_text(sql))] == right[name], name

    # A chart over time, cut to a range of days: the axis that dashboards have.
    axis = {
        "columnType": "BASE_AXIS",
        "sqlExpression": "day",
        "label": "day",
        "expressionType": "SQL",
        "timeGrain": "P1D",
    }
    days = chart("daily_languages", [axis], "sum(articles)", "2025-11-10 : 2025-11-20")
    assert 0 < len(days) <= 10
    denied = superset.post(
        "/api/v1/sqllab/execute/",
        json={"database_id": database, "schema": "main", "sql": "DELETE FROM articles", "runAsync": False},
    )
    assert not denied.is_success
    assert warehouse.right_answers(["rows of articles"])["rows of articles"] == right["rows of articles"]
