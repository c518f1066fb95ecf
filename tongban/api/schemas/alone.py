"""One matter alone: which body, which months, and what came of it."""

from __future__ import annotations

from pydantic import Field

from tongban.api.schemas import Given, Told


class BegunAlone(Given):
    body: str = Field(max_length=18, description="办理部门的统一社会信用代码，见事项的 offered_by")


class CertificateAsked(Given):
    answers: dict[str, str] = Field(
        default_factory=dict, description="对事项问题的回答，如期间 period；不答的取默认选项"
    )
    place: str = Field("", max_length=6, description="只查一个地区的登记库（GB/T 2260 省级代码）；空：都查")


class Certified(Told):
    """`certificate`: its identifier; the file is at `certificates/{identifier}`."""

    application: str
    number: str
    query_code: str
    certificate: str
