"""Pure rules of health."""
