"""How does a session become an account? With the person behind it, in one statement."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.http import HttpRequest

from tongban.people.models import Account


class PeopleBackend(BaseBackend):
    """User name and password. `django.contrib.auth` hashes also when the name is unknown, so both take as long."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: object
    ) -> Account | None:
        return ModelBackend().authenticate(request, username=username, password=password)

    def get_user(self, user_id: object) -> Account | None:
        return Account.objects.select_related("person").filter(pk=user_id, is_active=True).first()
