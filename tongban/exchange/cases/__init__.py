"""How does an application travel? What nodes tell each other of it, what they hear, and what receipts say.

Each node tells every other one that has a part in an application what it appended to its stream, in order; what a node
knows of the custody of a case is its own: a hand-over is a message of its own kind, its receipt the other node's word.

Source: design, invariant 11; `domain/forwarding.py`; `docs/exchange.md` has every member.
"""
