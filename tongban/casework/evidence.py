"""Which other regions could be asked for what is lacking, and what have they answered? (调取)

For each material that nothing supplies yet and that a rule of recognition lets a certificate of another province fill,
the node of that province can be asked, where this node knows one. What it finds comes as a certificate of the holder
and is offered like any other (`recognising`), with preview and ground; nothing is used unseen. Until an answer comes,
and where none comes, the holder uploads: nobody waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongban.casework import drafts
from tongban.casework.filling import Filling, Wanted
from tongban.catalogue import joint
from tongban.catalogue.code_tables import Named
from tongban.catalogue.queries import recognition as catalogue
from tongban.certificates import adapters, inquiring
from tongban.domain import recognition
from tongban.domain.agreements import Agreement
from tongban.domain.codes import ServiceObject
from tongban.domain.evidence import Question
from tongban.domain.joint import RecognitionRule
from tongban.domain.recognition import AS_EVIDENCE, Recognition, Shown
from tongban.domain.recognition import Wanted as Needed
from tongban.domain.regions import province_of
from tongban.people.actor import Actor, PartyKind


@dataclass(frozen=True, slots=True)
class Source:
    """A province that may have issued what takes the place of a material; `question`: what was asked there last."""

    place: str
    region: str
    rule: RecognitionRule
    certificate: Named
    question: Question | None
    waits: bool


def sources(one: Filling) -> list[Source]:
    """Return who could be asked for what is lacking, in the order of the materials. No statement where nothing is, one
    where no other node is known, else five.
    """
    lacking = [each for each in one.wanted if _is_lacking(each)]
    nodes = adapters.elsewhere().nodes if lacking else {}
    if not nodes:
        return []
    rules = joint.read_recognitions()
    agreements = joint.read_agreements({each.rule.agreement for each in rules})
    found = [
        (wanted, region, each.rule)
        for wanted in lacking
        for each in rules
        for region in sorted(nodes)
        if _counts(one, wanted, each, agreements, region)
    ]
    if not found:
        return []
    names = catalogue.certificate_types()
    asked = [each for _id, each in inquiring.of_holder(holder=one.holder.id, since=one.draft.created_at)]
    return [
        _source(one, wanted.place, region, rule, names, [each for each in asked if each.node == nodes[region]])
        for wanted, region, rule in found
    ]


def _is_lacking(one: Wanted) -> bool:
    return not (one.found or one.later or one.certificate or one.subject or (one.recognised and one.recognised.counts))


def _counts(one: Filling, wanted: Wanted, rule: Recognition, agreements: Mapping[str, Agreement], region: str) -> bool:
    """Whether a certificate of the rule's type, issued in that province, would count for every matter that asks."""
    issued = next((place for place in rule.rule.issued_in if province_of(place) == region), None)
    if issued is None or wanted.code not in rule.rule.materials:
        return False
    shown = Shown(rule.rule.certificate, "", issued)
    for matter in wanted.matters:
        offered = one.catalogue.implementations[matter]
        needed = Needed(
            offered.region,
            places=(offered.territory,) if offered.territory else (),
            material=wanted.code,
            matters=(matter,),
            served=ServiceObject.PERSON if one.holder.kind is PartyKind.PERSON else ServiceObject.COMPANY,
        )
        judged = recognition.judge([rule], agreements, shown, needed, effects=AS_EVIDENCE, today=one.today, names={})
        if not judged.counts:
            return False
    return bool(wanted.matters)


def _source(
    one: Filling,
    place: str,
    region: str,
    rule: RecognitionRule,
    names: Mapping[str, Named],
    asked: Sequence[Question],
) -> Source:
    last = next((each for each in asked if each.type == rule.certificate), None)
    named = names.get(rule.certificate, Named(rule.certificate, rule.certificate))
    return Source(place, region, rule, named, last, last is not None and last.waits(one.now))


def ask(one: Filling, chosen: str, *, actor: Actor, operation: str, now: datetime) -> None:
    """Ask where the holder chose: `<rule>@<province>`. Raises NotAsked, AlreadyAsked, TooManyAsked, NotAllowed."""
    code, _at, region = chosen.partition("@")
    source = next((each for each in sources(one) if (each.rule.code, each.region) == (code, region)), None)
    if source is None:
        raise drafts.NotAsked("未询问：这份材料现在不能向该地区询问。请刷新页面后重新选择，或自己上传。")
    inquiring.ask(operation=operation, actor=actor, rule=source.rule, region=region, purpose=one.bundle.name, now=now)
