"""What the house costs: speed beside hand-written SQL, and as open cases grow. Run by `make bench`."""
