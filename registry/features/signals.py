"""What other nouns may follow of a feature: each signal is sent inside the transaction of the action, so that what a
receiver writes commits or rolls back with it.

Features stand below the checks that compare their versions, so they do not call them.
"""

from __future__ import annotations

from django.dispatch import Signal

# Versions were added beside older ones. Arguments: pairs, each of the older and the new `FeatureVersion`, and actor.
# A receiver returns the parity runs that it queued, by the new version's key.
versions_added = Signal()

# Somebody set another version as current, forward or back. Arguments: feature and version, the one that is current now.
current_set = Signal()
