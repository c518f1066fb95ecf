"""What does a text know? The act, the application as the act left it, and the words that only the shell can look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue, MatterType, Source, SourceKind
from tongban.domain.clock import day_of
from tongban.domain.documents.content import Table, day
from tongban.domain.documents.occasions import CalledFor
from tongban.domain.sealed import Sealed

LICENSING = "《中华人民共和国行政许可法》"
RECONSIDERATION = "《中华人民共和国行政复议法》第二十条"
LITIGATION = "《中华人民共和国行政诉讼法》第四十四条、第四十六条"


@dataclass(frozen=True, slots=True)
class Text:
    """What a kind of document says; the rest of its content is the same for all kinds."""

    title: str
    opening: tuple[str, ...]
    table: Table | None = None
    closing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    articles: tuple[Source, ...] = ()
    addressee: str | None = None
    """To whom it speaks, where that is not the applicant."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`names` says what bodies, parties and accounts are called, `opened` what stands in seals."""

    called: CalledFor
    application: Application
    catalogue: Catalogue
    query_code: str
    hall: str
    names: Mapping[str, str]
    opened: Mapping[Sealed, str]

    @property
    def events(self) -> tuple[Any, ...]:
        """What called for it: events of the type that its occasion names."""
        return self.called.events

    @property
    def event(self) -> Any:
        """The event that called for it, or the first of them."""
        return self.events[0]

    @property
    def at(self) -> datetime:
        instant: datetime = self.event.at
        return instant

    @property
    def dated_on(self) -> date:
        """The day of the act, which the document bears."""
        return day_of(self.at)

    @property
    def cases(self) -> tuple[Case, ...]:
        return tuple(self.application.case(index) for index in self.called.cases)

    @property
    def holder(self) -> str:
        return self.names.get(self.application.holder, "")

    @property
    def you(self) -> str:
        return "你单位" if self.application.holder.startswith("org:") else "你"

    @property
    def submitted(self) -> str:
        return day(day_of(self.application.submitted_at))

    @property
    def licences(self) -> bool:
        """Whether the Licensing Law covers all that the document is about."""
        return all(case.matter_type is MatterType.LICENCE for case in self.cases)

    def matter(self, case: Case) -> str:
        """Name a case: its matter, with the person on the roster that it is about."""
        name, person = self.catalogue.standards[case.matter].name, self.names.get(case.subject, "")
        return f"{name}（{person}）" if case.subject and person else name

    def matters(self) -> str:
        """Name the one matter, or count those of the table."""
        if len(self.cases) == 1:
            return f"“{self.matter(self.cases[0])}”"
        return f"下列{len(self.cases)}个事项"

    def rows(self, *more: tuple[str, Iterable[str]], widths: tuple[int, ...] = ()) -> Table:
        """Return the table of the cases: number, matter, and more columns by heading."""
        headings = [heading for heading, _ in more]
        columns = [list(column) for _, column in more]
        rows = [
            (str(case.index), self.matter(case), *(column[place] for column in columns))
            for place, case in enumerate(self.cases)
        ]
        return Table(("序号", "事项", *headings), tuple(rows), (0, *(widths or (1, *(0 for _ in more)))))

    def about(self, case: Case, text: str) -> str:
        """Put the matter before what is said of one case, where the document is about several."""
        return text if len(self.cases) == 1 else f"{case.index}.“{self.matter(case)}”：{text}"

    def words(self, seal: Sealed | None) -> tuple[str, ...]:
        """Return what somebody wrote, as paragraphs; nothing written is none."""
        return paragraphs(self.opened[seal]) if seal else ()

    def licensing(self, articles: str) -> tuple[Source, ...]:
        """Cite articles of the Licensing Law for the matters it covers; for the others nothing is cited."""
        if self.licences:
            return (cited(LICENSING + articles),)
        composed = Source(SourceKind.COMPOSED)
        if any(case.matter_type is MatterType.LICENCE for case in self.cases):
            return (cited(f"{LICENSING}{articles}（其中的行政许可事项）"), composed)
        return (composed,)


def cited(reference: str) -> Source:
    """Return an article as a source; an empty one was composed."""
    return Source(SourceKind.CITED, reference) if reference else Source(SourceKind.COMPOSED)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something, each on one line and with single spaces.

    >>> paragraphs(" 船名 不符。\\r\\n\\r\\n\\t请更正。 ")
    ('船名 不符。', '请更正。')
    """
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def by_day(value: date | None, *, provisional: bool = False) -> str:
    """Return a day on which something is due; one beyond the published calendar says so, and none is a dash."""
    return "—" if value is None else day(value) + ("（暂计）" if provisional else "")


def remedy(facts: Facts, act: str) -> tuple[str, ...]:
    """Tell the right to reconsideration and to go to court, which follow from knowing of the act."""
    return (
        f"{facts.you}如不服{act}，可以自知道{act}之日起六十日内依法申请行政复议，"
        f"也可以自知道{act}之日起六个月内直接向人民法院提起行政诉讼。法律另有规定的，依照其规定。",
    )


REMEDY_ARTICLES = (cited(RECONSIDERATION), cited(LITIGATION))
