"""Keys of node and regions, sealed personal fields and signed checkpoints of the journal."""
