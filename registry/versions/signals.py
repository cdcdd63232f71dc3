"""What higher floors follow of a model version; each signal is sent inside the transaction of the action."""

from __future__ import annotations

from django.dispatch import Signal

# Somebody moves an alias, or takes it away. Arguments: version (the one that has it from now on; None where it is taken
# away), before (the one that had it, or None), alias and actor. A receiver that raises a refusal stops the move.
alias_moved = Signal()
