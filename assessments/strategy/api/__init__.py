"""Endpoints of the REST API of strategy."""
