"""Applications: plan, acceptance, parallel reviews, conclusions, decisions."""
