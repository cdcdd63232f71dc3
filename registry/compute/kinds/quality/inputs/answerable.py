"""What was asked for and only the data show not to be answerable."""

from __future__ import annotations


class NotAnswerable(Exception):
    """Why a question about predictions has no answer in these data, in a sentence."""
