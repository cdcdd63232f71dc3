"""The world of the access matrix: one of everything, and somebody of every kind."""

from tests.access.conftest import world

__all__ = ["world"]
