"""The Chinese and international algorithms, canonical JSON and the self-test; no Django."""
