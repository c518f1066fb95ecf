"""What is done to the catalogue."""

from tongban.catalogue.actions.load import Content, load

__all__ = ["Content", "load"]
