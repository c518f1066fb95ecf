"""What a holder does with his certificates: he shows them, allows a window to see them, and reads who used them."""
