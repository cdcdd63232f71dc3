"""The charts of this room, by noun: plain figures; colours are names that the page looks up."""
