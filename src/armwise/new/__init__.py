"""Look at a folder of extracts and write settings with a best guess of what is in them."""
