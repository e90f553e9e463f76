-- Which other story's first print an article is a repost of as well: where most reposts of a first print are so, its story is theirs.
-- What an older search found does not tell; the next night finds everything anew.
ALTER TABLE reuse.kept ADD COLUMN pulls BIGINT DEFAULT -1;
COMMENT ON COLUMN reuse.kept.pulls IS 'Number of the first print of another story that the article is a repost of; -1: none.';
ALTER TABLE reuse.kept ADD COLUMN surely BOOLEAN DEFAULT false;
COMMENT ON COLUMN reuse.kept.surely IS 'Whether the article does not look cut off at all beside the first print that it pulls.';
