-- Passages whose days or outlets are not those of their edge.
SELECT passage.article_id, passage.source_article_id, passage.article_start, passage.published_on, edge.published_on AS edge_published_on,
    passage.outlet, edge.outlet AS edge_outlet, passage.source_published_on, edge.source_published_on AS edge_source_published_on,
    passage.source_outlet, edge.source_outlet AS edge_source_outlet
FROM passages AS passage
JOIN reuse AS edge ON edge.article_id = passage.article_id AND edge.source_article_id = passage.source_article_id
WHERE passage.published_on <> edge.published_on
    OR passage.outlet IS DISTINCT FROM edge.outlet
    OR passage.source_published_on <> edge.source_published_on
    OR passage.source_outlet IS DISTINCT FROM edge.source_outlet
