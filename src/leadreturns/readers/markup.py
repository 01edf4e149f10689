"""XML as a stream of events, in constant memory. A document type or an entity of its own is refused at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn
from xml.parsers import expat

START, TEXT, END = "start", "text", "end"
Event = tuple[str, str, dict[str, str]]
"""START with the element's name and attributes, TEXT with the text, END with the name; names without their prefix."""

_NO_ATTRIBUTES: dict[str, str] = {}
_MAX_DEPTH = 200


class HostileMarkup(ValueError):
    """The document defines a document type or entities, or nests beyond reason."""


class DamagedMarkup(ValueError):
    """The document is no well-formed XML."""


def events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """The events of a document. Raises HostileMarkup, DamagedMarkup."""
    collector = _Collector()
    try:
        for chunk in chunks:
            collector.parser.Parse(chunk, False)
            yield from collector.drain()
        collector.parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise DamagedMarkup(f"its XML is broken in line {fault.lineno}") from None
    yield from collector.drain()


class _Locals(dict[str, str]):
    """Names without their prefix, each worked out once."""

    def __missing__(self, name: str) -> str:
        found = self[name] = name.rpartition(":")[2]
        return found


class _Collector:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self._events: list[Event] = []
        self._locals = _Locals()
        self._depth = 0

    def drain(self) -> list[Event]:
        """The events since the last call."""
        found, self._events = self._events, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise HostileMarkup("it nests elements beyond reason")
        local = self._locals
        self._events.append((START, local[name], {local[key]: value for key, value in attributes.items()}))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._events.append((END, self._locals[name], _NO_ATTRIBUTES))

    def _text(self, text: str) -> None:
        self._events.append((TEXT, text, _NO_ATTRIBUTES))

    def _refuse(self, *_: object) -> NoReturn:
        raise HostileMarkup("it defines a document type or entities of its own")
