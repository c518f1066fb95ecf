"""Three nodes and everything that can go wrong between them, drawn by a seed: is anything lost, or done twice?"""
