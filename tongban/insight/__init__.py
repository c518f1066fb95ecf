"""Figures computed from the journal."""
