"""Certificates issued, held and verified; knows no case."""
