"""The headings that name a column: which fields each kind of table has, and under which words they are known.

A heading is compared after folding away case, blanks, punctuation and accents, and then exactly. No score of
likeness ever names a column; it only makes the hint of a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from leadreturns.readers.currency_signs import without_currency
from leadreturns.readers.heading_clock import without_clock

REASON_MARK = "reason."
"""'reason.CODE' is the field of a column whose marks mean the reason CODE."""

IDENTIFIERS = ("lead_id", "sale_ref", "phone", "email")
"""The fields by which a return finds its sale, or a person."""


_DATE_LETTERS = (
    r"(?:d{1,2}|m{1,3}|y{2,4})(?:[^a-z0-9]?(?:d{1,2}|m{1,3}|y{2,4})){2}(?:[^a-z0-9]*h{1,2}\W?m{2}(?:\W?s{2})?)?"
)
_REMARK = re.compile(
    r"[\s_:,-]*[(\[]\s*(?:required|mandatory|optional|if (?:known|any|available|applicable)|y\s?/\s?n|text)\s*[)\]]$"
    rf"|[\s_:,-]*[(\[]?(?<![a-z]){_DATE_LETTERS}\s*[)\]]?$"
    r"|[\s_:,-]+[(\[]?(?:utc|gmt)[)\]]?$",
    re.IGNORECASE,
)
"""What a heading says beside its name: that the column is needed, how its dates are written, in which zone."""
_LONGEST = 200
"""Characters of a heading; a whole line may stand in its place while the delimiter is looked for."""
_MAX_COMPARED = 300
"""Headings that are compared for a hint; more would take seconds."""


class Words(NamedTuple):
    """The headings known for one field besides its own name, parted by commas."""

    accepted: str
    """Each names the field by itself; two of them in one table leave open which is meant."""
    further: str = ""
    """Each names the field only where no accepted heading does, so that knowing more words refuses no more files."""
    weak: str = ""
    """As further ones, and in a buyer's table only where no column names the lead."""


_LEAD_ID = Words(
    "lead, id, lead reference, order id",
    "lead ref, lead no, lead number, lead key, lead uuid, lead guid, lead token, lp lead id, universal lead id, "
    "unique lead id, unique id, uid, uuid, guid, reference, ref, ref id, ref no, reference no, reference number, "
    "reference id, our reference, order no, order number, order ref, enquiry id, inquiry id, enquiry reference, "
    "prospect id, referral id, lead identifier, identifier, record id, "
    "lead ids, lead id no, lead id number, lead reference number, your lead id, "
    "lead nr, lead nummer, referenz, referenznummer, id lead, id du lead, numero de lead, identifiant, "
    "identifiant du lead, id del lead, id de lead, id do lead, referencia, referenza, referentie, referentienummer",
)
_SALE_REF = Words(
    "event id, delivery id, external ref",
    "sale id, sale reference, sales reference, sale no, sale number, delivery ref, delivery reference",
    "external reference, external id, transaction id, transaction reference, conversion id, action id, post id, "
    "call id",
)
_PHONE = Words(
    "phone number, telephone",
    "phone no, telephone number, tel, tel no, mobile, mobile number, mobile phone, cell, cell phone, cell number, "
    "contact number, contact phone, caller id, caller number, ani, primary phone, customer phone, consumer phone, "
    "lead phone, phone 1, msisdn, home phone, telefon, telefonnummer, rufnummer, handynummer, mobilnummer, "
    "numero de telephone, telephone portable, telefono, numero de telefono, telefono movil, numero di telefono, "
    "cellulare, telefone, telefoon, telefoonnummer",
)
_EMAIL = Words(
    "email address",
    "primary email, customer email, consumer email, lead email, contact email, email 1, mail address, "
    "e mail adresse, mailadresse, courriel, adresse e mail, adresse mail, correo, correo electronico, e mailadres, "
    "indirizzo email",
)
_BUYER = Words(
    "client, advertiser, buyer id, bid",
    "buyer name, client name, client id, advertiser name, advertiser id, purchaser, lead buyer, sold to, "
    "buyer account, kaeufer, k\u00e4ufer, acheteur, comprador, acquirente, koper",
)
_CAMPAIGN = Words(
    "product, vertical, offer",
    "campaign name, campaign id, product name, product line, vertical name, offer name, offer id, program, "
    "programme, lead type, kampagne, campagne, campana, campagna, campanha",
)

RETURN_WORDS: Mapping[str, Words] = {
    "lead_id": _LEAD_ID,
    "sale_ref": _SALE_REF,
    "phone": _PHONE,
    "email": _EMAIL,
    "buyer": _BUYER,
    "reason": Words(
        "return reason, code, why, disposition",
        "reason code, return code, return reason code, return reason id, reason id, reason for return, "
        "reason returned, returned reason, return type, return disposition, disposition code, rejection reason, "
        "reject reason, reason for rejection, refund reason, credit reason, scrub reason, chargeback reason, "
        "dispute reason, cancellation reason, disqualification reason, invalid reason, reason text, "
        "reason description, grund, rueckgabegrund, r\u00fcckgabegrund, retourengrund, reklamationsgrund, stornogrund, "
        "motif, motif de retour, motif du retour, raison du retour, motivo, motivo de devolucion, motivo de rechazo, "
        "motivo del reso, motivo di reso, motivo da devolucao, reden, retourreden, reden van retour",
    ),
    "requested_at": Words(
        "returned at, return date, date returned, close date",
        "returned on, return time, return timestamp, returned date, date of return, request date, date requested, "
        "requested on, requested date, return requested, return requested at, return requested on, "
        "return request date, date closed, closed at, closed on, closed date, rejected at, rejected on, "
        "rejection date, date rejected, scrub date, scrubbed at, refund date, refund requested, chargeback date, "
        "dispute date, return dt, returned dt, return datetime, rueckgabedatum, r\u00fcckgabedatum, "
        "datum der r\u00fcckgabe, datum der rueckgabe, retourdatum, retourendatum, reklamationsdatum, date de retour, "
        "date du retour, fecha de devolucion, fecha de rechazo, data di reso, data del reso, data de devolucao, "
        "data da devolucao",
    ),
    "sold_at": Words(
        "sold, sale date, delivered, date sold",
        "sold on, sold date, date of sale, sale time, sold time, sale timestamp, delivered at, delivered on, "
        "delivered date, delivery date, date delivered, purchased at, purchase date, date purchased, lead date, "
        "date of lead, lead sold, transaction date, sold dt, sale dt, verkaufsdatum, verkauft am, lieferdatum, "
        "date de vente, date de livraison, fecha de venta, fecha de entrega, data di vendita, data de venda, "
        "data da venda, verkoopdatum",
    ),
    "campaign": _CAMPAIGN,
    "comment": Words(
        "comments, note, notes, remarks",
        "remark, return comment, return comments, return note, return notes, reason comment, reason comments, "
        "reason notes, additional comments, buyer comment, buyer comments, explanation, kommentar, "
        "bemerkung, bemerkungen, anmerkung, anmerkungen, commentaire, commentaires, remarque, remarques, "
        "comentario, comentarios, observaciones, commento, opmerking, opmerkingen",
    ),
    "call_attempts": Words(
        "calls, attempts",
        "call attempt, call count, number of calls, number of call attempts, number of attempts, no of calls, "
        "no of attempts, contact attempts, times called, dial attempts, dials, anrufversuche, kontaktversuche, "
        "tentatives d appel, nombre d appels, intentos, intentos de llamada",
    ),
    "duplicate_of": Words(
        "duplicate id, duplicate lead id",
        "original lead id, original id, original lead, dupe of, dup of, dupe id, other lead id, existing lead id",
    ),
}

LEDGER_WORDS: Mapping[str, Words] = {
    "lead_id": _LEAD_ID,
    "buyer": _BUYER,
    "sold_at": Words(
        "sold, sale date, delivered, date sold",
        "sold on, sold date, date of sale, sale time, sold time, sale timestamp, sold timestamp, sold date time, "
        "purchase date, purchased at, transaction date",
    ),
    "price": Words(
        "revenue, sale price, cpl",
        "sold price, lead price, selling price, sell price, sold for, buyer price, sale amount, price sold, "
        "revenue amount, gross revenue",
    ),
    "payout": Words(
        "cost, supplier price, payout amount",
        "supplier payout, supplier cost, lead cost, cost price, buy price, publisher payout, affiliate payout, "
        "vendor cost, vendor payout, vendor price, media cost",
    ),
    "supplier": Words(
        "vendor, publisher, source, sid",
        "supplier name, supplier id, vendor name, vendor id, publisher name, publisher id, source name, source id, "
        "lead source, traffic source, affiliate, affiliate name, affiliate id",
    ),
    "campaign": _CAMPAIGN,
    "currency": Words("currency code", "ccy, iso currency, cur"),
    "email": _EMAIL,
    "phone": _PHONE,
    "sale_ref": _SALE_REF,
    "sub_id": Words("sub", "sub source, sub affiliate, sub id 1, s1, aff sub, sub publisher"),
    "delivered_at": Words(
        "delivered on, delivery date", "delivered date, date delivered, delivery time, delivered time"
    ),
}

STATEMENT_WORDS: Mapping[str, Words] = {
    "lead_id": _LEAD_ID,
    "sale_ref": _SALE_REF,
    "amount": Words(
        "deduction, deducted, credit, credit amount",
        "amount deducted, deducted amount, deduction amount, credited, credited amount, amount credited, credit value, "
        "adjustment, adjustment amount, return amount, returned amount, return value, refund, refund amount, "
        "chargeback, chargeback amount, debit, debit amount, net amount, value, price, cpl, deductions, chargebacks, "
        "charge back, charge back amount, amt, deduction amt, deducted amt, credit amt, refund amt, chargeback amt, "
        "adjustment amt, return amt, net amt",
    ),
    "currency": LEDGER_WORDS["currency"],
}

_STATUS_HEADINGS = (
    "returned, is returned, was returned, returned y n, returned yn, returned yes no, return, return y n, return yn, "
    "to return, to be returned, returned flag, return flag, return status, returned status, lead status, status, "
    "sale status, outcome, returned lead, return lead, return requested, return request, request return, "
    "refund requested, refund request, refunded, credit requested, credit request, request credit, scrub, scrubbed, "
    "credit, credit status, credit y n, credit yn, credit yes no, credited, is credited, to credit, to be credited, "
    "for credit, credit due, credit approved, refund, refund status, refund y n, refund yn, "
    "rejected, reject, is rejected, disputed, dispute, chargeback, invalid, is invalid, invalid lead, bad lead"
)
_VALID_HEADINGS = (
    "accepted, is accepted, accept, accepted y n, valid, is valid, valid y n, valid lead, lead valid, good lead, "
    "billable, is billable, payable, keep, keep lead, kept"
)


@dataclass(frozen=True, slots=True)
class Headings:
    """What is known about the columns of one kind of table."""

    table: str
    """What the table is called in a message."""
    fields: tuple[str, ...]
    accepted: Mapping[str, str]
    """Folded heading → field."""
    further: Mapping[str, str]
    weak: frozenset[str] = frozenset()
    """Those further headings that give way to any column of lead ids."""

    def field_of(self, heading: str) -> str:
        """The field that a heading names by itself, else ''."""
        if len(heading) > _LONGEST:
            return ""
        folded = fold_heading(heading)
        if found := self.accepted.get(folded) or self.further.get(folded):
            return found
        folded = fold_heading(without_remark(heading))
        return self.accepted.get(folded) or self.further.get(folded, "")

    def nearest(self, field: str, headings: Iterable[str], likeness: float = 0.65) -> str:
        """The heading that reads most like a name of `field`, for a hint only; '' when none comes near.

        Headings that name another field are none.
        """
        import difflib

        free = (heading for heading in headings if ": " not in heading and self.field_of(heading) in ("", field))
        folded = {fold_heading(without_remark(heading)): heading for heading in islice(free, _MAX_COMPARED)}
        best, best_score = "", likeness
        for name in (known for known, named in {**self.further, **self.accepted}.items() if named == field):
            for close in difflib.get_close_matches(name, folded, n=1, cutoff=best_score):
                score = difflib.SequenceMatcher(None, name, close).ratio()
                if score >= best_score:
                    best, best_score = folded[close], score
        return best


def fold_heading(heading: str) -> str:
    """Letters and digits only, without accents and case: 'Réf. n°' and 'REF_N' both become 'refn'."""
    if heading.isascii():
        return "".join(filter(str.isalnum, heading)).lower()
    plain = unicodedata.normalize("NFKD", heading)
    return "".join(filter(str.isalnum, plain)).casefold()


def without_remark(heading: str) -> str:
    """The heading without "(required)", "(MM/DD/YYYY)", "(UTC)", "(EST)" or "(EUR)" at its end."""
    bare = _REMARK.sub("", heading.strip())
    for shorter, words in ((without_currency(bare), _MONEY), (without_clock(bare), _TIMES)):
        if fold_heading(shorter) in words:
            return shorter
    return bare


def _folded(words: str) -> list[str]:
    return [fold_heading(word) for word in words.split(", ") if word]


def _words_of(*names: str) -> frozenset[str]:
    """The folded headings of some fields, whatever the table."""
    tables = (RETURN_WORDS, LEDGER_WORDS, STATEMENT_WORDS)
    found = [
        f"{name}, {each[name].accepted}, {each[name].further}" for each in tables for name in names if name in each
    ]
    return frozenset(_folded(", ".join(found)))


def _headings(table: str, words: Mapping[str, Words]) -> Headings:
    accepted = {heading: field for field in words for heading in (fold_heading(field), *_folded(words[field].accepted))}
    weak = {heading: field for field in words for heading in _folded(words[field].weak)}
    further = {heading: field for field in words for heading in _folded(words[field].further)} | weak
    return Headings(table, tuple(words), accepted, further, frozenset(weak))


_MONEY = _words_of("price", "payout", "amount")
_TIMES = _words_of("requested_at", "sold_at", "delivered_at")

RETURNS = _headings("return file", RETURN_WORDS)
LEDGER = replace(_headings("lead ledger", LEDGER_WORDS), weak=frozenset())
"""Of the operator's own table, in which such a column is the sale's."""
STATEMENT = _headings("buyer's statement", STATEMENT_WORDS)
STATUS_HEADINGS = frozenset(_folded(_STATUS_HEADINGS))
"""Folded headings of a column that may say which rows are returns. They never name a reason."""
VALID_HEADINGS = frozenset(_folded(_VALID_HEADINGS))
"""Folded headings of a column that may say which rows are none."""
