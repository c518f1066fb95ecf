"""What stewards fill in."""
