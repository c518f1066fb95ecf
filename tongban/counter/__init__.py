"""Work at a window: a clerk takes in what an applicant asks for who stands before him, here or for another region."""
