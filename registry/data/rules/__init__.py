"""Pure rules of data."""
