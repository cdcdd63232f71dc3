"""The commands that measure: `manage.py bench` and `manage.py seed_scale` load theirs from here."""
