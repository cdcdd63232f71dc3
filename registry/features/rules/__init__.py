"""Pure rules of features."""
