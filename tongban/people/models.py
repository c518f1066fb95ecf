"""What is stored of people, of bodies, and of who may act for whom?

A person's number, name and phone are ciphertext under the person's own data key; a number is found again by its blind
index. What is valid for a time stands in half-open periods: `valid_until` is the first instant or day that no longer
counts. A mandate is never deleted, only revoked.

Source: Personal Information Protection Law, arts. 51 (encryption), 47 (erasure); Civil Code, arts. 161–165 (mandate).
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q

from tongban.domain.sealed import Sealed
from tongban.people.accounts import AccountManager
from tongban.people.roles import Role


class Person(models.Model):
    """A natural person, known by one identity document."""

    id = models.CharField(primary_key=True, max_length=36)
    document_type = models.CharField(max_length=32)
    number_index = models.CharField(max_length=64)
    number = models.TextField()
    name = models.TextField()
    phone = models.TextField(blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["document_type", "number_index"], name="one_person_per_document"),
        )

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The name of the data key, and of the person in journals."""
        return f"person:{self.id}"

    def sealed(self, field: str) -> Sealed:
        return Sealed(person=self.key, ciphertext=getattr(self, field))


class Account(AbstractBaseUser):
    """A way to sign in. `name` is the public name of somebody on duty; an applicant's stands, sealed, in Person."""

    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=64, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account")
    name = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(name=""), name="an_account_is_somebody"),
        )

    def __str__(self) -> str:
        return self.username


class Organisation(models.Model):
    """A body with a unified social credit code (GB 32100)."""

    uscc = models.CharField(primary_key=True, max_length=18)
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=6)
    legal_representative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="represents")
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"org:{self.uscc}"


class Mandate(models.Model):
    """The legal representative lets a person act for the organisation (授权委托). No matters: all matters."""

    id = models.CharField(primary_key=True, max_length=36)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    matters = models.JSONField(default=list, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField()
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="granted")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="a_mandate_lasts_a_day"),
        )
        indexes = (
            models.Index(
                fields=["person", "organisation"], condition=Q(revoked_at__isnull=True), name="mandate_standing"
            ),
        )

    def __str__(self) -> str:
        return self.id


class Department(models.Model):
    """An authority that decides cases (部门)."""

    code = models.CharField(primary_key=True, max_length=32)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=6)
    abbreviation = models.CharField(max_length=16, blank=True)
    """What stands for it in the numbers of documents (机关代字); empty: its name in full."""
    government = models.CharField(max_length=6, blank=True)
    """The division of whose people's government it is a department; empty: a vertical authority (垂直管理)."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["abbreviation"], condition=~models.Q(abbreviation=""), name="one_department_per_abbreviation"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """A function of a department that gives opinions or decides (岗位)."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="desks")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["department", "code"], name="one_desk_per_code"),)

    def __str__(self) -> str:
        return self.name


class Hall(models.Model):
    """Where people are served (政务服务大厅)."""

    code = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=6)
    abbreviation = models.CharField(max_length=16, blank=True)
    """What stands for it in the numbers of receipts; empty: its name in full."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["abbreviation"], condition=~models.Q(abbreviation=""), name="one_hall_per_abbreviation"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """One window of a hall (窗口)."""

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="windows")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["hall", "number"], name="one_window_per_number"),)

    def __str__(self) -> str:
        return f"{self.name}{self.number}"


class Duty(models.Model):
    """What an account does, where, and for how long. `valid_until` None: until further notice."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    region = models.CharField(max_length=6)
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, null=True, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="a_known_role"),
            models.CheckConstraint(
                condition=~Q(role="clerk") | Q(hall__isnull=False) | Q(department__isnull=False),
                name="a_clerk_has_a_place",
            ),
            models.CheckConstraint(
                condition=~Q(role="reviewer") | (Q(desk__isnull=False) & Q(department__isnull=False)),
                name="a_reviewer_has_a_desk",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="a_duty_lasts_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"


class StandIn(models.Model):
    """`account` holds the duties of `absent` for a while (代岗). Never deleted, only ended."""

    id = models.CharField(primary_key=True, max_length=36)
    absent = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="stand_ins")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="standing_in")
    valid_from = models.DateField()
    valid_until = models.DateField()
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="a_stand_in_lasts_a_day"),
            models.CheckConstraint(condition=~Q(account=F("absent")), name="nobody_stands_in_for_himself"),
        )

    def __str__(self) -> str:
        return self.id


class SignInAttempt(models.Model):
    """One wrong password, kept for the throttle's window; user name and address only as blind indexes."""

    id = models.BigAutoField(primary_key=True)
    username_index = models.CharField(max_length=64)
    address_index = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (
            models.Index(fields=["username_index", "at"], name="attempts_of_a_name"),
            models.Index(fields=["address_index", "at"], name="attempts_from_an_address"),
        )

    def __str__(self) -> str:
        return str(self.id)
