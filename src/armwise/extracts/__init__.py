"""What the plan sends: files or a data set in, typed Parquet and every set-aside row with its reason out."""
