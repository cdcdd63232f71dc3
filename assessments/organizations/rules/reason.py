"""Why something is advised: the rule, and the figures of this organization that it was applied to.

>>> Reason("Fewer than 5 platform engineers: buy.", ("2 platform engineers",)).sentence
'Fewer than 5 platform engineers: buy. Here: 2 platform engineers.'
"""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """The rule as a sentence, and what is known here; ``figures`` are empty where the rule needs none or none are known."""

    rule: str
    figures: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"{self.rule} Here: {', '.join(self.figures)}." if self.figures else self.rule
