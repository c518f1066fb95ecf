"""The pages of what a holder shows, what a window asks, and who used it."""
