"""What may a signing key sign? One thing only, so that a signature made for one purpose never counts for another."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    AUTHORITY = "authority"
    """A region's root: certifies keys and signs the trust list."""
    CERTIFICATE = "certificate"
    CHECKPOINT = "checkpoint"
    CONCLUSION = "conclusion"
    CONFIRMATION = "confirmation"
    BATCH = "batch"
    RECOGNITION = "recognition"
    DOCUMENT = "document"
    STATUS = "status"
    EXCHANGE = "exchange"
    """Signs what a node sends other nodes: its requests and its receipts."""
    RECEIVING = "receiving"
    """Signs nothing: what is sealed for the node opens with it."""
