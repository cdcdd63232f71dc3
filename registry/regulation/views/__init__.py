"""Pages of regulation."""
