"""How files are read: one description, decided once, by which every reader gets the same columns and the same values."""
