"""What other nouns may follow of an assessment, inside the transaction of the action.

The health of an organization stands below the work on its gaps, so it does not call it.
"""

from __future__ import annotations

from django.dispatch import Signal

# An assessment was published. Arguments: assessment and actor.
assessment_published = Signal()
