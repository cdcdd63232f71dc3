"""Which release of the package this is."""

VERSION = "1.0.0"
