"""What does the plan come to? Materials asked once, days saved, and what waits for what."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongban.casework import words
from tongban.casework.applying.said import called, category_of
from tongban.casework.filling import Filling
from tongban.domain.catalogue import Catalogue
from tongban.domain.plan import Plan
from tongban.web.values import Figure


def to_prepare(catalogue: Catalogue, planned: Plan) -> list[str]:
    """Name what the applicant brings himself."""
    return [words.material(catalogue, ask.material) for ask in planned.asks if not ask.retrievable]


def shared(catalogue: Catalogue, planned: Plan) -> list[str]:
    """Name what registries can supply."""
    return [words.material(catalogue, ask.material) for ask in planned.asks if ask.retrievable]


def figures(planned: Plan) -> list[Figure]:
    """Return what one application saves; days only where all promises are in working days."""
    counted = planned.figures
    shown = [
        Figure(
            _("逐项申请要交的材料"),
            str(counted.materials_one_by_one),
            _("份"),
            _("每个事项各自要求的材料份数之和。"),
        ),
        Figure(
            _("一次申请要交的材料"),
            str(counted.materials_asked_without_sharing),
            _("份"),
            _("相同的材料只要一次。"),
            _("少交 {count} 份重复材料").format(count=counted.repeats_saved),
        ),
        Figure(
            _("需要您准备的材料"),
            str(counted.materials_asked_with_sharing),
            _("份"),
            _("再减去登记库可以提供的材料；以实际查到的为准。"),
            _("{count} 份可由登记库提供").format(
                count=counted.materials_asked_without_sharing - counted.materials_asked_with_sharing
            ),
        ),
    ]
    if counted.parallel_working_days is None:
        return shown
    return [
        *shown,
        Figure(
            _("逐项办理"),
            str(counted.serial_working_days),
            _("个工作日"),
            _("各事项承诺时限之和：办完一项再办下一项。"),
        ),
        Figure(
            _("审核也等证照"),
            str(counted.certificate_chain_days),
            _("个工作日"),
            _("假如拿到所需证照才开始审核，最长的一串事项的承诺时限之和。"),
        ),
        Figure(
            _("同时审核"),
            str(counted.parallel_working_days),
            _("个工作日"),
            _("从受理到最后一个决定：各岗位都用满承诺时限，证照发出当日，等它的决定即生效。"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case of the plan in words: what its decision waits for."""

    index: int
    matter: str
    category: str
    department: str
    limit: str
    awaits: str


def waits(one: Filling) -> list[Waiting]:
    return [
        Waiting(
            index=case.index,
            matter=words.of_person(words.matter(one.catalogue, case.matter), called(one).get(case.subject, "")),
            category=category_of(one, case.category),
            department=case.deciding_desk,
            limit=words.limit(case.promised),
            awaits=words.listed(
                [
                    _("《{certificate}》").format(
                        certificate=words.certificate(one.catalogue, one.planned.cases[index - 1].yields)
                    )
                    for index in case.awaits
                ]
            ),
        )
        for case in one.planned.cases
    ]


@dataclass(frozen=True, slots=True)
class AskedOnce:
    material: str
    serves: list[str]
    retrievable: bool


def asked_once(one: Filling) -> list[AskedOnce]:
    """Return what is asked once; what each person gives stands there once for all."""
    kinds = {ask.material: ask for ask in one.planned.asks}
    return [
        AskedOnce(
            words.of_person(words.material(one.catalogue, ask.material), _("每人一份") if ask.subject else ""),
            [words.matter(one.catalogue, matter) for matter in ask.matters],
            ask.retrievable,
        )
        for ask in kinds.values()
    ]


def stages(one: Filling) -> list[list[str]]:
    """Return the stages by name where not everything can be handed in together; else nothing."""
    if one.planned.feasible:
        return []
    return [[words.matter(one.catalogue, matter) for matter in stage] for stage in one.planned.stages]


def late(one: Filling) -> list[str]:
    return [
        _("“{matter}”要等“{awaited}”的证照，到时已超过自身时限。").format(
            matter=words.matter(one.catalogue, each.matter), awaited=words.matter(one.catalogue, each.awaited)
        )
        for each in one.planned.late
    ]
