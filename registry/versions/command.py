"""What the registry's shell commands share: their exit codes, and who acts."""

from __future__ import annotations

import getpass
from enum import IntEnum

from platform_site.access import SYSTEM, Actor
from registry.client.plumbline import _server as pipeline


class Exit(IntEnum):
    """The exit code of a gate, a parity check or an import."""

    PROCEED = pipeline.PASSED
    BLOCKED = pipeline.BLOCKED
    WRONG_USE = pipeline.WRONG_USE
    WAITING = pipeline.WAITING
    UNREACHABLE = pipeline.UNREACHABLE


def shell_actor() -> Actor:
    """The person at the shell of this machine, recorded by the name that they are signed in with there."""
    return Actor(f"shell:{getpass.getuser()}", roles=SYSTEM.roles)
