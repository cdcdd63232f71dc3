"""Which type the value of an accepted expression has, as the engine says over a table of nulls."""
