"""Signing in through an OpenID Connect provider: its settings, and the authorization code flow."""
