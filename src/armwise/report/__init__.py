"""Flow diagram, tables, figures and the page: everything shown, from the published results alone."""
