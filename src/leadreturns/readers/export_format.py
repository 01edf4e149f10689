"""The TOML file of an accounting format → `ExportFormat`; the user's file is laid over the one that comes with us."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

from leadreturns.core.voucher import ENTRY_KINDS, VOUCHER_KINDS
from leadreturns.errors import Refused
from leadreturns.reports.export_fields import FIELDS, fields_of
from leadreturns.reports.export_format import SHAPES, TABLE, UNVERIFIED, ExportFormat, ExportTable

FOLDER = "exports"
_KEYS = {each.name for each in fields(ExportFormat)} - {"name"}
_TABLE_KEYS = {each.name for each in fields(ExportTable)}
_LISTS = {"documents", "needs", "needs_of_seller"}
_FLAGS = {"one_currency", "header", "needs_issued", "own_accounts"}
_NUMBERS = {"longest_account"}
_MAPS = {"values", "kinds", "tax_names", "exchange_rates"}
_RATE = re.compile(r"(0|[1-9]\d*)(\.\d*[1-9])?%")
_CURRENCY = re.compile(r"[A-Z]{3}")
_EXCHANGE_RATE = re.compile(r"(?=.*[1-9])(0|[1-9]\d*)(\.\d+)?")
_PARTY_KEYS = ("account", "name", "country", "tax_id", "email", "address")
_LINE_ENDS = {"lf": "\n", "crlf": "\r\n"}


def read_format(name: str, workspace: Path) -> ExportFormat:
    """The format of that name; a key in the workspace's exports/NAME.toml beats the one of ours.

    Refused: `unknown_format`, with the known ones; `bad_format` for a file that is no such thing, with file and key.
    """
    is_name = name.replace("-", "").replace("_", "").isalnum()
    own = workspace / FOLDER / f"{name}.toml"
    said = _parse(own.read_bytes(), str(own)) if is_name and own.is_file() else None
    shipped = _shipped(name) if is_name else None
    if shipped is None and said is None:
        names = format_names(workspace)
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
        raise Refused("unknown_format", f'there is no export format "{name}"', hint)
    if said is None:
        return _format(name, shipped or {}, f"{name}.toml")
    changed = {"verified": f"{UNVERIFIED}: changed by {own}", **said}
    return _format(name, _laid_over(shipped or {}, changed), str(own))


def format_names(workspace: Path) -> list[str]:
    """The formats that come with us, and those that the workspace adds."""
    folder = resources.files("leadreturns").joinpath(FOLDER)
    files = [*(each.name for each in folder.iterdir()), *(each.name for each in (workspace / FOLDER).glob("*.toml"))]
    return sorted({file.removesuffix(".toml") for file in files if file.endswith(".toml")})


def _shipped(name: str) -> dict[str, Any] | None:
    file = resources.files("leadreturns").joinpath(FOLDER, f"{name}.toml")
    return _parse(file.read_bytes(), file.name) if file.is_file() else None


def _parse(text: bytes, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise _bad(place, f"is no TOML: {fault}") from None


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _format(name: str, data: Mapping[str, Any], place: str) -> ExportFormat:
    _check_keys(data, _KEYS, place)
    missing = [key for key in ("title", "shape", "verified", "suffix") if not data.get(key)]
    if missing or data["shape"] not in SHAPES:
        raise _bad(place, f"needs {missing[0]}" if missing else f"shape is one of {', '.join(SHAPES)}")
    values: dict[str, Any] = {}
    for key, value in data.items():
        if type(value) is not _type_of(key):
            raise _bad(place, f"{key} is of the wrong type")
        values[key] = tuple(value) if isinstance(value, list) else value
    values["line_end"] = _LINE_ENDS.get(values.get("line_end", "lf"), "")
    values["kinds"] = {kind: _texts(found, f"[kinds.{kind}]", place) for kind, found in data.get("kinds", {}).items()}
    values["values"] = _texts(data.get("values", {}), "[values]", place)
    values["tax_names"] = _texts(data.get("tax_names", {}), "[tax_names]", place)
    values["exchange_rates"] = _texts(data.get("exchange_rates", {}), "[exchange_rates]", place)
    values["tables"] = tuple(_table(each, place) for each in data.get("tables", ()))
    form = ExportFormat(name=name, **values)
    _check(form, place)
    return form


def _type_of(key: str) -> type:
    if key in _MAPS:
        return dict
    if key in (*_LISTS, "tables"):
        return list
    return bool if key in _FLAGS else int if key in _NUMBERS else str


def _table(data: Any, place: str) -> ExportTable:
    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        raise _bad(place, "a [[tables]] needs documents and columns")
    _check_keys(data, _TABLE_KEYS, place)
    columns = _texts(data["columns"], "[tables.columns]", place)
    return ExportTable(str(data.get("name", "")), tuple(data.get("documents", ())), columns)


def _texts(data: Any, section: str, place: str) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise _bad(place, f"{section} holds texts only; put numbers in quotation marks")
    return dict(data)


def _check_keys(data: Mapping[str, Any], known: set[str], place: str) -> None:
    for key in data:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            raise _bad(place, f"unknown key {key}" + (f"; did you mean {near[0]}?" if near else ""))


def _check(form: ExportFormat, place: str) -> None:
    """Raises for words that mean nothing here, and for templates with fields that nobody fills."""
    kinds = {*ENTRY_KINDS, *VOUCHER_KINDS}
    words: list[tuple[str, tuple[str, ...]]] = [
        (word, VOUCHER_KINDS) for table in form.tables for word in table.documents
    ]
    words += [(word, VOUCHER_KINDS) for word in form.documents]
    words += [(word, _PARTY_KEYS) for word in (*form.needs, *form.needs_of_seller)]
    words += [(word, tuple(kinds)) for word in form.kinds]
    for word, known in words:
        if word not in known:
            raise _bad(place, f'"{word}" is none of {", ".join(sorted(known))}')
    for name in (*form.values, *(key for values in form.kinds.values() for key in values)):
        if name in FIELDS:
            raise _bad(place, f"{name} is the name of a field; call the value otherwise")
    for rate in form.tax_names:
        if not _RATE.fullmatch(rate):
            raise _bad(place, f'[tax_names]: "{rate}" is no rate; write it like "20%" or "8.875%"')
    for currency, said in form.exchange_rates.items():
        if not _CURRENCY.fullmatch(currency) or not _EXCHANGE_RATE.fullmatch(said):
            raise _bad(place, f'[exchange_rates]: {currency} = "{said}" is no rate; write it like EUR = "1.1634"')
    if not form.line_end or len(form.delimiter) != 1:
        raise _bad(place, 'line_end is "lf" or "crlf", delimiter one character')
    if form.shape == TABLE and not form.tables:
        raise _bad(place, "a table needs [[tables]]")
    _check_encoding(form, place)
    filled = {*FIELDS, *form.values, *(key for values in form.kinds.values() for key in values)}
    for table in form.tables:
        for template in table.columns.values():
            _check_template(template, filled, place)
    for template in (*form.values.values(), *(text for values in form.kinds.values() for text in values.values())):
        _check_template(template, set(FIELDS), place)


def _check_template(template: str, filled: set[str], place: str) -> None:
    for name in fields_of(template, place):
        if name not in filled:
            near = get_close_matches(name, sorted(filled), n=1)
            raise _bad(place, f"{{{name}}} is no field" + (f"; did you mean {{{near[0]}}}?" if near else ""))


def _check_encoding(form: ExportFormat, place: str) -> None:
    try:
        "".encode(form.encoding)
    except LookupError:
        raise _bad(place, f"{form.encoding} is no encoding") from None


def _bad(place: str, why: str) -> Refused:
    return Refused("bad_format", f"{place}: {why}", "docs/exports.md lists the keys and fields of a format")
