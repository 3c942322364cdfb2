"""What made a result: code closures, manifest."""
