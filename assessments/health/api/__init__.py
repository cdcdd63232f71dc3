"""Endpoints of the REST API of health."""
