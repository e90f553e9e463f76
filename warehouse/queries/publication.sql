-- The one row that says which version this is.
FROM publication;
