"""The regulator pack: everything about one model version in one archive that verifies without Plumbline (G12)."""
