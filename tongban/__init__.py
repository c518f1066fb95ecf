"""Tongban (通办): government service cases that cross regions and departments."""
