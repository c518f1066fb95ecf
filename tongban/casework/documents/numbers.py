"""Where do the numbers of documents come from?

One counter row for each body, kind and year. A number is taken in a short transaction of its own and kept beside what
it was taken for: whoever asks again for the same document gets the same number, so that a worker that died in the
middle, or two at once, neither double a number nor lose one, and nobody waits for a counter while a paper is printed.
"""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction

from tongban.casework.models import DocumentNumber
from tongban.domain.documents import kinds
from tongban.domain.documents.content import Issuer
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.refused import Refused

_NEXT = """
    INSERT INTO casework_documentcounter (body, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (body, kind, year) DO UPDATE SET last = casework_documentcounter.last + 1 RETURNING last"""


class NumberTaken(Refused):
    """Two bodies whose numbers read the same."""

    code = "number_taken"


def take(*, application: str, act: int, kind: DocumentKind, issuer: Issuer, year: int) -> str:
    """Return the number of the document of this kind and body that an act calls for. Raises NumberTaken."""
    given = DocumentNumber.objects.filter(application=application, act=act, kind=kind, body=issuer.code)
    if known := given.values_list("number", flat=True).first():
        return known
    number = ""
    try:
        with transaction.atomic():
            number = kinds.number(
                abbreviation=issuer.abbreviation or issuer.name,
                kind=kind,
                year=year,
                serial=_next(issuer.code, kind, year),
            )
            DocumentNumber.objects.create(application=application, act=act, kind=kind, body=issuer.code, number=number)
    except IntegrityError:
        # Another worker was first, and the counter is where it left it; or the number is another body's.
        taken = given.values_list("number", flat=True).first()
        if taken is None:
            raise NumberTaken(
                f"文书未生成：文号“{number}”已由另一机构使用。请系统管理员为两个机构设置不同的机关代字。"
            ) from None
        return taken
    return number


def _next(body: str, kind: DocumentKind, year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [body, kind.value, year])
        (serial,) = cursor.fetchone()
    return int(serial)
