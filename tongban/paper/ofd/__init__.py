"""OFD (GB/T 33190-2016), the Chinese format of documents that keep their look: written, sealed, opened, verified."""
