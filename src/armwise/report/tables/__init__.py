"""Tables, computed once as finished strings."""
