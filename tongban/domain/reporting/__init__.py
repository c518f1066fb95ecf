"""What a province tells the national platform of its cases, matters and certificates: values in, rows out."""
