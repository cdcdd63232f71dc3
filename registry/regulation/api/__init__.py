"""Endpoints of the REST API of regulation."""
