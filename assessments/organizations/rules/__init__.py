"""Pure rules of organizations."""
