"""What sqlglot raises at a text that is not SQL of a dialect: its own errors, and those of calls that it did not expect."""

from __future__ import annotations

from sqlglot.errors import SqlglotError

PARSER_ERRORS = (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError)
