"""The golden path: one core that everybody shares, and one flavour for each way of serving that is in use (T9).

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
    """A way of serving that is in use: what its path adds to the core, and why it is there."""

    mode: str
    adds: str
    why: Reason


class GoldenPath(NamedTuple):
    """The shared core, the flavours in use, the modes that are not, and what to ask of the others."""

    core: tuple[str, ...]
    flavours: list[Flavour]
    not_in_use: list[str]
    asks: list[str]


ADDS = {
    "real_time": "An endpoint with a latency budget, features looked up at request time, traffic split, rollback in one call.",
    "batch": "A scheduled job over one snapshot, results written under its digest, a backfill that anybody can start.",
    "on_device": "A package for each target, size and speed tested before release, updates in waves, a version that reports home.",
}
ASKS = {
    "real_time": "Does any model answer in real time?",
    "batch": "Does any model score in batches?",
    "on_device": "Does any model run on devices?",
}
RULE = "One flavour for each way of serving in use; a path for one that nobody uses is built on a guess."


def golden_path(in_use: Mapping[str, bool | None], models: Mapping[str, int]) -> GoldenPath:
    """The path for the modes in use (None: nobody said); ``models`` counts those in production by mode, as measured."""
    return GoldenPath(
        CORE,
        [Flavour(mode, adds, _why(models.get(mode, 0))) for mode, adds in ADDS.items() if in_use.get(mode)],
        [mode for mode in ADDS if in_use.get(mode) is False],
        [ask for mode, ask in ASKS.items() if in_use.get(mode) is None],
    )


def _why(models: int) -> Reason:
    return Reason(
        RULE, (f"{counted(models, 'production model')} (measured)" if models else "somebody said that it is in use",)
    )
