"""Signed traffic between nodes: nothing is lost, nothing happens twice, and both sides can prove it."""
