"""Networks of other projects that ours learn from, read from their published files."""
