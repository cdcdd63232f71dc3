"""What other nouns may follow of a feature: each signal is sent inside the transaction of the action, so that what a
receiver writes commits or rolls back with it.

Features stand below the checks that compare their versions, so they do not call them.
"""

from __future__ import annotations

from django.dispatch import Signal

# A version was added beside an older one. Arguments: base and version (both `FeatureVersion`), actor.
# A receiver returns the parity run that it queued, or None.
version_added = Signal()

# Somebody set another version as current, forward or back. Arguments: feature and version, the one that is current now.
current_set = Signal()
