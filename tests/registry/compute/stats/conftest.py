"""Laws are tried without a stopwatch: the first p-value of a session imports scipy.stats, which takes seconds."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
