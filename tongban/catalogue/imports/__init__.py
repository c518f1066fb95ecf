"""Files of others become the catalogue: checked first, reported row by row, stored all or not at all."""
