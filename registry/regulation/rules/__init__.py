"""Pure rules of regulation."""
