"""The documents (文书) of the procedure: which kinds there are, which follows from what, its number, what it says."""
