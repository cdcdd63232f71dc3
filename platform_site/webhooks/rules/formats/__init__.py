"""A notice as each kind of destination takes it."""
