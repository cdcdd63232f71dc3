"""SQL that users write: checked by two parsers and a list of what is allowed, and run in a separate process. Pure.

`acceptance` decides what may be stored, `value_types` which type it has, `run` starts the process and `confined` is what
runs in it.
"""
