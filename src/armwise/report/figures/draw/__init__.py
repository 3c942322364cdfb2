"""The drawing itself: the only part of the report that needs matplotlib."""
