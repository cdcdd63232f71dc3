"""What a review says: pure functions from what was stored to sentences and rows."""
