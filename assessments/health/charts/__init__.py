"""Charts of health."""
