-- Which texts of a story are near enough to its first print that others may belong to it through them.
-- What an older search found does not tell; the next night finds everything anew.
ALTER TABLE reuse.kept ADD COLUMN close BOOLEAN DEFAULT true;
COMMENT ON COLUMN reuse.kept.close IS 'Whether the article is the first print of its story, or a repost of that.';
