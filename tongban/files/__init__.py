"""Uploaded blobs by SM3 digest: sniffed, limited, encrypted at rest."""
