"""Pure rules of serving."""
