"""Accounts, organisations, mandates, departments, halls, windows, duties and permission predicates."""
