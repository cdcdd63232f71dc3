"""What people ask of the apps above them, which they may not import, and what the apps may follow of teams."""

from __future__ import annotations

from django.dispatch import Signal

# Which teams own a policy that binds others? A receiver returns their slugs. No arguments.
policy_teams = Signal()

# A team was added, or its record changed; sent inside the transaction of the action, so that what a receiver writes
# commits or rolls back with it. Arguments: team, and names, every name that it has or had before.
team_changed = Signal()
