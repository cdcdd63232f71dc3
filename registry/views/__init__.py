"""The registry's pages: each asks a query or one action and renders the answer."""
