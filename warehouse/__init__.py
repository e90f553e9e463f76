"""The warehouse: the only room that opens DuckDB.

What belongs here: schema, migrations and marts as .sql files, loading, the raw layer, the writer's lock, publication.
What does not: any decision about an article; that is the transforms' (docs/architecture.md).
"""
