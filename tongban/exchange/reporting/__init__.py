"""Telling the national platform, day by day, what happened in a province (国家上报)."""
