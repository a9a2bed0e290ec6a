"""Networks of other projects that ours learn from, read from the files that people have."""
