"""Matters, standards, implementations, certificate types, bundles and delegations."""
