"""What settings must agree on with each other: one module per block, one function per rule."""
