"""Measures restorers on degraded images whose originals are known."""
