-- The last runs, newest first, each with the seconds of its stages in their order.
SELECT
    runs.run_id,
    runs.kind,
    runs.logical_date,
    runs.started_at,
    runs.ended_at,
    runs.outcome,
    runs.files,
    runs.loaded,
    runs.unchanged,
    runs.duplicate,
    runs.quarantined,
    runs.derived,
    runs.version,
    runs.error,
    (
        SELECT string_agg(stage || ' ' || round(seconds, 1), ', ' ORDER BY stages.rowid)
        FROM meta.stages AS stages
        WHERE stages.run_id = runs.run_id
    ) AS stages
FROM meta.runs AS runs
ORDER BY runs.started_at DESC, runs.run_id
LIMIT $count;
