"""Endpoints of the REST API of tickets."""
