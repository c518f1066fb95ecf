"""The pages of the staff workbench: the desk of the day, intake and acceptance, review, supervision."""
