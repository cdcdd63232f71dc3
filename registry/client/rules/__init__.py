"""How the package becomes a wheel, and its gate one file."""
