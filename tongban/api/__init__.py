"""The JSON door: everything that pages let people do, for programs."""
