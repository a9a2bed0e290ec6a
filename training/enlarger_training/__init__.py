"""Trains, measures and exports the super-resolution networks that Enlarger runs."""
