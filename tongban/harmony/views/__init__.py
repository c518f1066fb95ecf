"""What stewards see: regions side by side, drafts, and batches to sign."""
