"""Endpoints of the REST API of versions."""
