"""Endpoints of the REST API of adoption."""
