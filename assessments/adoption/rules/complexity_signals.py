"""Signals that more was built than anybody needs yet: what is supported and not used, a level that no condition calls for."""

from __future__ import annotations

from assessments.adoption.rules.signals import Figures, Maturity, Signal, judged, unknown

FEW_TEAMS, ENOUGH_BUILT, UNUSED_SHARE = 2, 3, 0.5
ACTIVE_SHARE = 0.5
URGENT_FROM, LEAST_FOR_PHASE_1 = 3, 1
CONDITIONS = 5


def complexity_signals(figures: Figures) -> list[Signal]:
    """What is not used, then the level against the conditions."""
    return [_unused(figures), _level(figures.maturity)]


def _unused(figures: Figures) -> Signal:
    """Much is built, half of it or more is used elsewhere, and hardly a team is there to use it."""
    id, title = "unused", "Supported and not used"
    supported, on_platform, _ = figures.coverage
    if not supported or not figures.active:
        return unknown(id, title, "Supported use cases and a full month of training runs are needed.")
    unused, teams, count = supported - on_platform, figures.active[-1].teams, figures.teams.count
    few = teams <= FEW_TEAMS or (count is not None and teams / count < ACTIVE_SHARE)
    early = supported >= ENOUGH_BUILT and unused / supported >= UNUSED_SHARE and few
    of = f" of {count:,}" if count else ""
    because = (
        f"{unused:,} of {supported:,} supported use cases run elsewhere (threshold {UNUSED_SHARE:.0%} of at least "
        f"{ENOUGH_BUILT}); active teams in the last full month: {teams:,}{of}."
    )
    names = tuple(
        f"{use_case.name} ({use_case.team})" if use_case.team else use_case.name
        for use_case in figures.use_cases
        if use_case.supported and not use_case.on_platform
    )
    remedy = (
        "Build nothing new. Win one team for what already exists, and retire what nobody takes up within a quarter."
    )
    return Signal(id, title, judged(early), because, "Supported, run elsewhere", names, remedy)


def _level(maturity: Maturity | None) -> Signal:
    """Level 1 needs one condition met, level 2 three; an unknown condition may be met."""
    id, title = "level", "Level against conditions"
    if maturity is None:
        return unknown(id, title, "No assessment is published.")
    if maturity.rank is None:
        return unknown(id, title, f"{maturity.label} is a level of your own: no condition is attached to it.")
    needed = {0: 0, 1: LEAST_FOR_PHASE_1}.get(maturity.rank, URGENT_FROM)
    met, open_ = len(maturity.met), len(maturity.unknown)
    because = f"{maturity.label} is confirmed; {met} of {CONDITIONS} conditions for a platform are met"
    because += f", {open_} unknown" if open_ else ""
    because += f". That level takes {needed}." if needed else ". That level takes none."
    if met < needed <= met + open_:
        return Signal(id, title, unknown(id, title, "").answer, because, "Not known", maturity.unknown)
    remedy = "Freeze the level: hand what you operate to a managed service until a further condition is met."
    return Signal(id, title, judged(met < needed), because, "Conditions met", maturity.met, remedy)
