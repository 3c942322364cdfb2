"""Events counted inside windows: one row per enrollment x outcome x window."""
