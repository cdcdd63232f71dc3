"""The golden path: one shared core, and one path for each way of serving that is in use (T9).

>>> path = golden_path({"real_time": True, "batch": False, "on_device": None}, {"real_time": 3})
>>> [flavour.mode for flavour in path.flavours], path.asks
(['real_time'], ['Does any model run on devices?'])
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assessments.organizations.rules.reason import Reason
from platform_site.text.wording import counted

CORE = ("registry", "artifact store", "monitoring")


class Flavour(NamedTuple):
    """A way of serving that is in use: what its path adds to the core, and why it is included."""

    mode: str
    adds: str
    why: Reason


class GoldenPath(NamedTuple):
    """The shared core, the flavours in use, the modes that are not, and what to ask about the others."""

    core: tuple[str, ...]
    flavours: list[Flavour]
    not_in_use: list[str]
    asks: list[str]


MODES = {
    "real_time": "An endpoint with a latency budget, features looked up at request time, split traffic, rollback in one call.",
    "batch": "A scheduled job over one snapshot, results written under its digest, a backfill that anybody can start.",
    "on_device": "A package for each target, tested for size and speed before release, staged updates, a version that reports back.",
}
ASKS = {
    "real_time": "Does any model answer in real time?",
    "batch": "Does any model score in batches?",
    "on_device": "Does any model run on devices?",
}
RULE = "One path for each way of serving in use; a path that nobody uses would be built on guesses."


def golden_path(in_use: Mapping[str, bool | None], models: Mapping[str, int]) -> GoldenPath:
    """The path for the modes in use (None: unknown); ``models`` counts those in production by mode, as measured."""
    return GoldenPath(
        CORE,
        [Flavour(mode, adds, _why(models.get(mode, 0))) for mode, adds in MODES.items() if in_use.get(mode)],
        [mode for mode in MODES if in_use.get(mode) is False],
        [ask for mode, ask in ASKS.items() if in_use.get(mode) is None],
    )


def _why(models: int) -> Reason:
    return Reason(RULE, (f"{counted(models, 'production model')} (measured)" if models else "entered as in use",))
