"""How each kind of file is opened: a module per kind, each with one function `open_...`."""
