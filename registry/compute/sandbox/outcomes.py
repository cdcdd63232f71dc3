"""How a sandboxed run can end other than well; each says what to do."""

from __future__ import annotations


class SandboxFailure(Exception):
    """The sandboxed process did not hand back a result."""


class SandboxTimeout(SandboxFailure):
    """It ran longer than its limit and was stopped."""


class SandboxMemory(SandboxFailure):
    """It wanted more memory than its limit."""


class SandboxTooMuch(SandboxFailure):
    """It handed back more than its limit."""


class SandboxRefused(SandboxFailure):
    """The engine refused the work: a type that does not fit, a file that is not what it was."""


class SandboxCrashed(SandboxFailure):
    """The process died."""


class SandboxCancelled(Exception):
    """Nobody wants the result any more."""
