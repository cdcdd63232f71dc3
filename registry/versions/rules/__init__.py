"""Pure rules of versions."""
