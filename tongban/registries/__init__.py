"""Adapters to population, company and ship registries, with an embedded demo registry."""
