"""The values that come in and go out, one module for each group of addresses.

What comes in names its fields exactly: an unknown one is refused, not ignored. What goes out is made of the kernel's
values, field by field, so that a change of the kernel does not silently change the door.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Given(BaseModel):
    """Something a program sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """Something the door answers."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class PassedOn(Told):
    """What an act answers that goes on to other nodes where they have the cases."""

    to: str = ""
    """The nodes that were asked to do it, with commas between; what comes of it is told later. Empty: nobody was."""
