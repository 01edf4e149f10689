"""The business terms of a document → UBL 2.1, built and checked by factur-x."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from leadreturns.errors import Refused
from leadreturns.writers.clean import clean_text

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_CREDIT_NOTE, _INVOICE = "ubl-2.1-creditnote", "ubl-2.1-invoice"


def require_builder() -> None:
    """Raises `Refused` (`missing_extra`) when factur-x is not installed."""
    try:
        import facturx  # noqa: F401 - only whether it is there
    except ImportError:
        raise Refused(
            "missing_extra", "UBL needs factur-x, which is not installed", "pip install 'leadreturns[einvoice]'"
        ) from None


def ubl_bytes(terms: Mapping[str, Any], customization: str) -> bytes:
    """The document as XML, valid against the schema of UBL 2.1.

    `customization` is the rule book that it follows (BT-24); factur-x knows only that of the norm and is given ours
    afterwards. Its schematron check is left out: it would send the document to a server. Raises `Refused`
    (`invalid_document`) with what the schema says.
    """
    require_builder()
    from facturx import generate_xml, xml_check_xsd
    from facturx.generate_xml import is_credit_note
    from lxml import etree

    logging.getLogger("factur-x").setLevel(logging.ERROR)
    try:
        made = generate_xml(_clean(terms), flavor="ubl-2.1", level="en16931", check_xsd=False, check_schematron=None)
        root = etree.fromstring(made)
        root.find(f"{_CBC}CustomizationID").text = customization
        root.remove(root.find(f"{_CBC}UBLVersionID"))
        etree.indent(root)
        xml_check_xsd(root, flavor=_CREDIT_NOTE if is_credit_note(dict(terms)) else _INVOICE)
    except Exception as fault:
        reason = " ".join(str(fault).split())[:300]
        raise Refused(
            "invalid_document", f"{terms['BT-1']} is no valid UBL document: {reason}", "correct what it names"
        ) from None
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _clean(value: Any) -> Any:
    """The terms with what XML cannot hold made visible: a control character in a lead id must not stop a document."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, (list, tuple)) else value
