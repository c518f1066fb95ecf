"""Where stewards of standards compare, keep and sign them."""
