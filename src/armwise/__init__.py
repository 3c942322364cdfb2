"""Analyse a randomized trial as randomized, from extracts to report."""
