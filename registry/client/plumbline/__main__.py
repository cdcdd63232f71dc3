"""`python -m plumbline MODEL VERSION`: what `/gate.py` does."""

import sys

from ._command import main

if __name__ == "__main__":
    sys.exit(main())
