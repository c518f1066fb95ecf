"""What proof do the connected registries hold, what does a record say, and what can be certified on the spot?

Every registry that may hold the record is asked, or only those of the place that the applicant names. Who is told no is
told who was asked, and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from tongban.crypto import canonical
from tongban.domain.records import Extract, Period, digest_of
from tongban.domain.refused import Refused
from tongban.domain.regions import lies_in, province_of
from tongban.keys import actions as keys
from tongban.registries.adapters import Asked, Evidence, Records, connected, installed
from tongban.registries.embedded import EmbeddedRegistry
from tongban.registries.models import Record


class NoRecord(Refused):
    """No registry that was asked holds such a record."""

    code = "no_record"
    status = 404


class NotConnected(Refused):
    """No registry from which such a certificate is made is connected, or none of the place that was named."""

    code = "registry_not_connected"


class SeveralRecords(Refused):
    """Registries of several places hold a record: which one is meant only the applicant knows."""

    code = "several_records"

    def __init__(self, sentence: str, *, places: tuple[str, ...]) -> None:
        super().__init__(sentence, field="place")
        self.places = places


class RegistrySilent(Refused):
    """A registry did not answer, and nobody else holds the record."""

    code = "registry_silent"
    status = 503


class RegistryWrong(Refused):
    """A registry answered what cannot be its answer."""

    code = "registry_wrong"
    status = 502


def find(*, asked: Sequence[Asked], today: date) -> Mapping[Asked, Evidence]:
    """Ask the installed registry once for all; nothing asked costs nothing."""
    registry = installed() or EmbeddedRegistry()
    return registry.find(asked=asked, today=today) if asked else {}


def extract(*, kind: str, number: str, period: Period | None, place: str = "", today: date) -> Extract:
    """Return what one of the connected registries holds for a number, of a province if one is named by `place`.

    Not called inside a transaction: nobody's lock waits for a registry. Raises NotConnected, NoRecord, SeveralRecords,
    RegistrySilent, RegistryWrong.
    """
    asked = [one for one in connected(kind) if place in ("", province_of(one.region))]
    if not asked:
        raise NotConnected(
            "未出具：本平台还没有接通可以查这项记录的登记库。请到综合窗口办理，或改选登记所在的地区。", field="place"
        )
    found, silent = [], []
    for registry in asked:
        try:
            answer = registry.extract(
                kind=kind, number=number, period=period, today=today, seconds=settings.REGISTRY_SECONDS
            )
        except OSError:
            silent.append(registry)
            continue
        if answer is not None:
            _demand_right(answer, registry, kind, number)
            found.append(answer)
    if not found:
        raise _nothing([one for one in asked if one not in silent], silent, period)
    if len(found) > 1:
        raise SeveralRecords(
            f"未出具：{_names(one.registry for one in found)}都有您的记录。请选择要用哪个地区的记录。",
            places=tuple(province_of(one.region) for one in found),
        )
    return found[0]


def _demand_right(answer: Extract, registry: Records, kind: str, number: str) -> None:
    """Raise RegistryWrong for an answer to another question, from another place, or changed on its way."""
    asked = (answer.kind, answer.number) == (kind, number) and lies_in(answer.region, registry.region)
    if not asked or answer.digest != digest_of(answer.content):
        raise RegistryWrong(
            f"未出具：{registry.name}的答复与所查的记录不一致，没有采用。请稍后再试，或到综合窗口办理。"
        )


def _nothing(asked: Sequence[Records], silent: Sequence[Records], period: Period | None) -> Refused:
    """Return the refusal where nobody gave a record: somebody may still hold it, or nobody does."""
    where = "没有查到您的记录" if period is None else f"没有查到您在 {period.text} 的记录"
    if silent:
        others = f"；{_names(one.name for one in asked)}{where}" if asked else ""
        return RegistrySilent(
            f"未出具：{_names(one.name for one in silent)}没有及时答复{others}。没有留下任何办理记录，"
            "请过几分钟再试，或到综合窗口办理。"
        )
    others = "" if period is None else "或换一个期间，"
    return NoRecord(
        f"未出具：已查询{_names(one.name for one in asked)}，{where}。请核对登记的姓名（名称）和证件号码，{others}"
        "仍有疑问的，请向登记所在地的部门查询更正。"
    )


def _names(names: Iterable[str]) -> str:
    return "、".join(names)


def content(*, reference: str) -> dict[str, Any]:
    """Return what a record of the embedded registry says, unsealed. Who reads it notes the read in the log of reads."""
    record = Record.objects.filter(pk=reference).first()
    if record is None:
        raise NoRecord(f"没有找到登记记录 {reference}。请核对编号，或改为上传材料。")
    value: dict[str, Any] = canonical.decode(keys.unseal(record.sealed))
    return value
