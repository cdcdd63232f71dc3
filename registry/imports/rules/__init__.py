"""What other tools know, read as what the registry could hold: pure, from their documents to proposals."""
