"""How a sandboxed run can fail; each message says what to do."""

from __future__ import annotations


class SandboxFailure(Exception):
    """The sandboxed process returned no result."""


class SandboxTimeout(SandboxFailure):
    """It exceeded its time limit and was stopped."""


class SandboxMemory(SandboxFailure):
    """It needed more memory than its limit."""


class SandboxTooMuch(SandboxFailure):
    """It returned more data than its limit."""


class SandboxRefused(SandboxFailure):
    """The engine refused the work: a value of the wrong type, a file that has changed."""


class SandboxCrashed(SandboxFailure):
    """The process died."""


class SandboxCancelled(Exception):
    """The run was cancelled."""
