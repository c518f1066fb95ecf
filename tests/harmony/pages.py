"""What a page says, element by element, and what its form would send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"input", "link", "meta", "br", "img", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    above: Element | None = None
    inside: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        for each in self.inside:
            if isinstance(each, Element):
                yield each
                yield from each.walk()

    @property
    def text(self) -> str:
        said = (each if isinstance(each, str) else " " + each.text + " " for each in self.inside)
        return " ".join("".join(said).split())

    def matches(self, part: str) -> bool:
        tag, *classes = part.split(".")
        return tag in ("", self.tag) and set(classes) <= set(self.attributes.get("class", "").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.here = self.root = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.inside.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag == tag and self.here.above is not None:
            self.here = self.here.above

    def handle_data(self, data: str) -> None:
        self.here.inside.append(data)


def read(response: Any) -> Element:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.root


def select(response: Any, selector: str) -> list[Element]:
    """Return the elements that a selector of tags and classes, one inside the other, names."""
    found = [read(response)]
    for part in selector.split():
        found = [each for above in found for each in above.walk() if each.matches(part)]
    return found


def texts(response: Any, selector: str) -> list[str]:
    return [element.text for element in select(response, selector)]


def sent(response: Any, action: str) -> dict[str, Any]:
    """Return what the form with this action sends as it stands."""
    form = next(
        each for each in read(response).walk() if each.tag == "form" and each.attributes.get("action") == action
    )
    data: dict[str, Any] = {}
    for each in form.walk():
        name, kind = each.attributes.get("name", ""), each.attributes.get("type", "")
        if not name:
            continue
        if each.tag == "input" and (kind not in ("checkbox", "radio") or "checked" in each.attributes):
            data.setdefault(name, []).append(each.attributes.get("value", "on" if kind == "checkbox" else ""))
        elif each.tag == "textarea":
            data[name] = "".join(str(part) for part in each.inside).removeprefix("\n")
        elif each.tag == "select":
            options = [option for option in each.walk() if option.tag == "option"]
            chosen = next((option for option in options if "selected" in option.attributes), options[0])
            data[name] = chosen.attributes["value"]
    return data
