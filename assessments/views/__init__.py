"""The pages of this room, by noun: each asks a query or one action and renders the answer."""
