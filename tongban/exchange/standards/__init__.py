"""What nodes tell each other of their catalogues: what each publishes, and what regions put their names to together."""
