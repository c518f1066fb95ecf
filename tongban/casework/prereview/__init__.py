"""Pre-review of drafts (网上预审): asked for by applicants, answered at halls, ended by submission."""
