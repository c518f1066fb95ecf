"""What is said when the catalogue holds nothing under a name?"""

from __future__ import annotations

from tongban.domain.refused import Refused


class NotInCatalogue(Refused):
    """A matter, bundle or version that was never put in force."""

    code = "not_in_catalogue"
    status = 404
