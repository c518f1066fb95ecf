"""In whose name does a document speak, and whose seal does it bear?

In that of the body that handles the case; where the matter was delegated, the delegation (下放、授权、委托) names it. A
receipt is given by the hall that took the application in.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongban.casework import adapters
from tongban.catalogue import queries as catalogue
from tongban.domain.application import Application
from tongban.domain.catalogue import Delegation
from tongban.domain.documents.content import Issuer
from tongban.people import queries as people
from tongban.people.models import Department


def of_hall(application: Application) -> Issuer:
    code = application.intake.hall if application.intake else application.hall
    hall = people.hall(code=code)
    name = hall.name if hall else code
    return Issuer(f"hall:{code}", name, name, hall.abbreviation if hall else "")


def of_cases(application: Application, names: Mapping[str, str]) -> dict[int, Issuer]:
    """Return the issuer of each case that this node's regions decide; `names` says what bodies were called on the day
    of submission.

    Three statements, and one more where somebody acts in another's name.
    """
    kinds, _ = catalogue.catalogue_of(application.bundle, application.bundle_version)
    cases = [case for case in application.cases if adapters.ours(kinds.implementations[case.matter].region)]
    bodies = people.departments(usccs={case.body for case in cases})
    delegations = {one.matter: one.delegation for one in catalogue.delegations()}
    own = {
        case.body: _of_body(bodies.get(case.body), case.body, names.get(f"org:{case.body}", case.body))
        for case in cases
    }
    given = {
        case.index: delegation
        for case in cases
        if (delegation := delegations.get(case.matter)) and delegation.to_body == own[case.body].name
    }
    others = people.departments_called(
        {delegation.in_whose_name for delegation in given.values()} - {issuer.name for issuer in own.values()}
    )
    return {case.index: _acting(own[case.body], given.get(case.index), others) for case in cases}


def _of_body(body: Department | None, code: str, name: str) -> Issuer:
    if body is None:
        return Issuer(code, name, name)
    return Issuer(code, body.name, body.name, body.abbreviation)


def _acting(own: Issuer, delegation: Delegation | None, others: Mapping[str, Department]) -> Issuer:
    if delegation is None:
        return own
    name, seal = delegation.in_whose_name, delegation.seal_of
    if name == own.name:
        return Issuer(own.code, name, seal, own.abbreviation)
    other = others.get(name)
    return Issuer(other.uscc, name, seal, other.abbreviation) if other else Issuer(own.code, name, seal)
