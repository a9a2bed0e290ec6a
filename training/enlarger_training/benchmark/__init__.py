"""Measures restorers on spoiled images whose originals are known."""
