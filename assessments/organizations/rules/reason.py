"""Why something is advised: the facts of this organization, and apart from them the rule that they were held against.

>>> why = Reason("Own cluster: 5 or more platform engineers.", ("2 platform engineers", "nobody on call"))
>>> why.sentence
'2 platform engineers, nobody on call.'
"""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """The rule, and what is known here. ``sentence`` states facts alone: a rule that reads like one would be a lie."""

    rule: str
    figures: tuple[str, ...]

    @property
    def sentence(self) -> str:
        facts = ", ".join(self.figures)
        return f"{facts[:1].upper()}{facts[1:]}."
