"""Requests to addresses that people entered: only to public addresses, or where the administrator allowed it."""
