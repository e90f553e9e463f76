-- Every check of this version: what failed first.
SELECT rule, "table", severity, success, observed, offending_rows
FROM checks
ORDER BY success, severity, rule, "table";
