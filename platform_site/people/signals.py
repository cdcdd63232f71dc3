"""What people ask of the apps above them: they may not import these, but whose word counts there decides here."""

from __future__ import annotations

from django.dispatch import Signal

# Which teams own a policy that binds others? A receiver returns their slugs. No arguments.
policy_teams = Signal()
