"""Places that work is done at: a host with its data roots and connections, which may differ from those of other hosts."""
