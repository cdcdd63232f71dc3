"""Pages of strategy."""
