"""The roof: settings, addresses, the command and the corridor between rooms."""
