"""The shapes of the checks API."""
