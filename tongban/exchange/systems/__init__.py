"""Traffic with departments' own systems: cases go out, what is decided there comes back, and people see the rest."""
