"""What the data look like by arm and over time, for checks of the data: nothing here is an outcome."""
