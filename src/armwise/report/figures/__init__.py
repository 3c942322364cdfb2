"""Figures, drawn with matplotlib in one font that is shipped with the project."""
