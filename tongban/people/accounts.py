"""How is an account found and made? By user name; the person behind it is fetched in the same statement."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from tongban.people.models import Account, Person


class AccountManager(BaseUserManager["Account"]):
    def create_account(
        self, *, id: UUID, username: str, password: str | None, person: Person | None = None, name: str = ""
    ) -> Account:
        """Make an account; without a password nobody can sign in to it by typing one."""
        account = self.model(id=id, username=self.model.normalize_username(username), person=person, name=name)
        account.set_password(password)
        account.save(force_insert=True, using=self._db)
        return account
