"""Speaks OpenID Connect with an identity provider, and nothing else does."""
