"""Endpoints of the REST API of serving."""
