"""What the API takes and returns of strategy."""
