"""Small cells: what must be hidden before results may be shown, and the log of what was hidden."""
