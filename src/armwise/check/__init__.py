"""Hold the extracts against their contracts and the settings, without analysing anything."""
