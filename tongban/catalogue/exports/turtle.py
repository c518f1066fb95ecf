"""How are things of the catalogue written as linked data, whatever characters are in their names?

A part of a file is a graph of its own, serialised by itself, so that memory does not grow with the catalogue. Addresses
hold codes percent-encoded; what people read carries its language; characters that no file may hold are replaced.
"""

from __future__ import annotations

from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, RDF, SKOS, TIME, XSD

from tongban.catalogue.exports.cells import UNPRINTABLE

ADMS = Namespace("http://www.w3.org/ns/adms#")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
TB = Namespace("urn:tongban:term:")
BASE = "urn:tongban:"
PREFIXES = {
    "adms": ADMS,
    "cpsv": CPSV,
    "cv": CV,
    "dcat": DCAT,
    "dct": DCTERMS,
    "eli": ELI,
    "foaf": FOAF,
    "org": ORG,
    "rdf": RDF,
    "skos": SKOS,
    "tb": TB,
    "time": TIME,
    "xsd": XSD,
}


def iri(kind: str, *codes: str) -> URIRef:
    """Return the address of a thing by its codes.

    >>> str(iri("service", "TB 1/2"))
    'urn:tongban:service:TB%201%2F2'
    """
    return URIRef(BASE + ":".join([kind, *(quote(printable(code), safe="") for code in codes)]))


def printable(text: str) -> str:
    return UNPRINTABLE.sub("\ufffd", text)


def prefixes() -> str:
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()) + "\n"


class Part:
    """A part of the file."""

    def __init__(self) -> None:
        self._graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            self._graph.bind(prefix, namespace)

    def put(self, subject: URIRef, predicate: URIRef, *objects: URIRef | Literal) -> None:
        for each in objects:
            self._graph.add((subject, predicate, each))

    def say(self, subject: URIRef, predicate: URIRef, chinese: str, english: str = "") -> None:
        """Say it in the languages there are words in."""
        for text, language in ((chinese, "zh"), (english, "en")):
            if text:
                self.put(subject, predicate, Literal(printable(text), lang=language))

    def thing(self, subject: URIRef, kind: URIRef, identifier: str) -> URIRef:
        self.put(subject, RDF.type, kind)
        self.put(subject, DCTERMS.identifier, Literal(printable(identifier)))
        return subject

    def turtle(self) -> str:
        """Return the statements without the prefixes, which stand once at the top of the file."""
        lines = self._graph.serialize(format="turtle").split("\n")
        first = next((place for place, line in enumerate(lines) if not line.startswith("@prefix")), len(lines))
        return "\n".join(lines[first:]).strip("\n") + "\n\n"
