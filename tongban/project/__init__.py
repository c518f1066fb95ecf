"""The roof: settings, addresses, commands, and what one room needs to know from another above it."""
