"""Signing in through an OpenID Connect provider: what it is told by the environment, and the authorization code flow."""
