"""Everything that writes features and their versions."""
