"""What a process refuses to start with, beside what the settings refuse."""

from __future__ import annotations

import sys

from django.db import DatabaseError, connection

from platform_site.audit import queries

REFUSED = 3  # gunicorn's own code for a worker that cannot boot: it stops, instead of starting another


def require_audit_key() -> None:
    """Exit when no key of this process sealed the newest event: what it appended would never verify.

    A database that is away, or has no tables yet, is `/readyz`'s matter.
    """
    try:
        fault = queries.key_fault()
    except DatabaseError:
        return
    finally:
        connection.close()
    if fault:
        sys.stderr.write(f"Plumbline does not start:\n  - {fault}\n")
        sys.stderr.flush()
        sys.exit(REFUSED)
