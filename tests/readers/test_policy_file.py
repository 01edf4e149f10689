"""policies.toml as users write it, and the typed values it becomes."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from leadreturns.core.calendar import Window
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_check import SalesSeen, warnings_of
from leadreturns.core.terms import AS_CREDIT, Cap, Contract, Layer, RateTest, Reason, RuleBlock, SupplierTerms
from leadreturns.errors import PolicyRefused, Refused
from leadreturns.readers.policy_file import parse_policies, read_policies

EXAMPLE = Path(__file__).parents[2] / "policies.toml"
BUYERS = ("acme", "brightpath", "homefirst")
SUPPLIERS = ("leadco", "clickforge", "northstar", "webreach")
CAMPAIGNS = ("solar", "roofing", "insurance")
SEEN = SalesSeen(frozenset(BUYERS), frozenset(SUPPLIERS), frozenset(CAMPAIGNS), frozenset(product(BUYERS, SUPPLIERS)))


def book_of(text: str) -> PolicyBook:
    return parse_policies('version = 1\ncurrency = "USD"\ntimezone = "America/New_York"\n' + text)


def faults_of(text: str | bytes, tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "policies.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PolicyRefused) as refused:
        read_policies(path)
    assert refused.value.code == "bad_policies"
    assert refused.value.exit_code == 3
    return refused.value.faults


def test_example_has_neither_faults_nor_warnings() -> None:
    assert warnings_of(read_policies(EXAMPLE), SEEN) == []


def test_commented_parts_of_the_example_are_right_too() -> None:
    """Every commented setting is uncommented, but for one key that would then stand twice."""
    text = re.sub(r"(?m)^# (?=\[|[a-z_]+ +=|[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"))
    book = parse_policies(text)
    assert book.contracts and book.auto_reject and book.tax_rate and book.house.values["cap"]
    assert book.calendar.holidays and book.parties["seller"].tax_id and book.files["acme"].date_order


def test_terms_become_typed_values_with_their_lines() -> None:
    book = book_of(
        """
[reasons.disconnected]
[terms]
window = "until day 5 of next month"
max_lag = "14 days"
first_day_counts = true
not_before = "24  Hours"
reasons = ["disconnected"]
duplicate_lookback = "none"
cap = ["15% of sales per month", "20 returns per month", "12.5% of revenue per month"]
credit = "12.5%"
clawback = "as credit"
timezone = "Europe/London"
"""
    )
    assert book.house == Layer(
        "[terms]",
        {
            "window": Window("until day of next month", 5, "until day 5 of next month"),
            "max_lag": Window("days", 14, "14 days"),
            "first_day_counts": True,
            "not_before": Window("hours", 24, "24 hours"),
            "reasons": ("disconnected",),
            "duplicate_lookback": None,
            "cap": (
                Cap("sales", Fraction(15, 100), "15% of sales per month"),
                Cap("returns", Fraction(20), "20 returns per month"),
                Cap("revenue", Fraction(1, 8), "12.5% of revenue per month"),
            ),
            "credit": Fraction(1, 8),
            "clawback": AS_CREDIT,
            "timezone": "Europe/London",
        },
        {
            "window": 7,
            "max_lag": 8,
            "first_day_counts": 9,
            "not_before": 10,
            "reasons": 11,
            "duplicate_lookback": 12,
            "cap": 13,
            "credit": 14,
            "clawback": 15,
            "timezone": 16,
        },
    )


def test_each_layer_knows_its_name_and_lines() -> None:
    book = book_of(
        """
[campaigns.solar]
window = "1 day"
[buyers."Acme & Sons"]
cap = "none"
name = "Acme and Sons"
[[contracts]]
buyer = "acme"
from = "2026-09-01"
window = "5 business days"
[[contracts]]
buyer = "acme"
campaign = "solar"
reference = "IO-7"
until = 2027-08-31
window = "none"
[[contracts]]
buyer = "acme"
campaign = "roofing"
reference = "IO-7"
credit = "50%"
"""
    )
    assert book.campaigns["solar"] == Layer("[campaigns.solar]", {"window": Window("days", 1, "1 day")}, {"window": 6})
    assert book.buyers["Acme & Sons"] == Layer('[buyers."Acme & Sons"]', {"cap": ()}, {"cap": 8})
    first, second, third = book.contracts
    assert (first.layer.name, second.layer.name, third.layer.name) == (
        "[[contracts]] #1",
        "[[contracts]] IO-7",
        "[[contracts]] IO-7 #3",
    )
    assert first == Contract("acme", "", "", 20697, None, first.layer, 10)
    assert second == Contract("acme", "solar", "IO-7", None, 21061, second.layer, 14)
    assert second.layer.values == {"window": Window("none", 0, "none")}
    assert book.lines["contracts", 2, "credit"] == 24


def test_no_contract_is_lost_whatever_the_references_are() -> None:
    contract = '[[contracts]]\nbuyer = "acme"\ncampaign = "c{}"\nreference = "{}"\nwindow = "{} days"\n'
    text = "".join(contract.format(days, name, days) for days, name in enumerate(("IO-7", "IO-7 #3", "IO-7"), start=3))

    book = book_of(text)

    assert [each.layer.name for each in book.contracts] == [
        "[[contracts]] IO-7",
        "[[contracts]] IO-7 #3",
        "[[contracts]] IO-7 #3 #3",
    ]
    assert [each.layer.values["window"].amount for each in book.contracts] == [3, 4, 5]


def test_reasons_blocks_suppliers_and_parties_become_records() -> None:
    book = book_of(
        """
[reasons.dup_lead]
label = "Already ours"
[reasons.seen_before]
evidence = ["duplicate_of", "call_attempts"]
min_call_attempts = 2
credit = "50%"
[reasons.no_answer]
aliases = ["voicemail"]
valid = false
reply = \"\"\"Not reaching a lead
is no ground.\"\"\"
[[auto_approve]]
name = "quick"
price = ["from 10.00", "up to 25"]
within = "72 hours"
reasons = ["seen_before"]
matched_by = ["lead_id", "phone"]
return_rate = "below 10%"
[[always_review]]
name = "often"
return_rate = "from 30%"
[[auto_reject]]
name = "too often"
return_rate = "above 50%"
[suppliers.leadco]
clawback = "100%"
window = "30 days"
reasons = ["seen_before"]
address = "1 Main Street"
[buyers.acme]
region = "US"
columns = { reason = "Why" }
rows_where = { "Returned?" = "yes" }
notify = { email = "ops@acme.example", on = ["rejected"] }
[tax]
rate = "7.25%"
label = "Sales tax"
"""
    )
    assert book.reasons["dup_lead"] == Reason("dup_lead", "Already ours", is_duplicate=True, line=5)
    assert book.reasons["seen_before"].is_duplicate
    assert book.reasons["seen_before"].credit == Fraction(1, 2)
    assert not book.reasons["no_answer"].is_duplicate
    assert book.reasons["no_answer"].reply == "Not reaching a lead is no ground."
    assert book.auto_approve == (
        RuleBlock(
            name="quick",
            price_from=1000,
            price_up_to=2500,
            within=Window("hours", 72, "72 hours"),
            reasons=("seen_before",),
            matched_by=("lead_id", "phone"),
            return_rate=RateTest(below=True, share=Fraction(1, 10)),
            line=16,
        ),
    )
    assert book.always_review[0].return_rate == RateTest(below=False, share=Fraction(3, 10))
    assert book.auto_reject[0].return_rate == RateTest(below=False, share=Fraction(1, 2), beyond=True)
    assert book.suppliers["leadco"] == SupplierTerms(Fraction(1), Window("days", 30, "30 days"), ("seen_before",), 29)
    assert book.parties["suppliers.leadco"].address == ("1 Main Street",)
    assert book.parties["buyers.acme"].notify == {"email": "ops@acme.example", "on": ("rejected",)}
    assert book.files["acme"].rows_where == {"Returned?": ("yes",)}
    assert (book.tax_rate, book.tax_label) == (Fraction(29, 400), "Sales tax")


def test_prices_are_minor_units_of_the_policys_currency() -> None:
    text = 'version = 1\ncurrency = "{}"\ntimezone = "UTC"\n[[auto_approve]]\nname = "x"\nprice = "{}"\n'
    assert parse_policies(text.format("JPY", "up to 2500")).auto_approve[0].price_up_to == 2500
    assert parse_policies(text.format("KWD", "from 2.500")).auto_approve[0].price_from == 2500
    with pytest.raises(PolicyRefused):
        parse_policies(text.format("JPY", "up to 25.50"))


def test_an_empty_file_gives_the_defaults() -> None:
    book = parse_policies("")
    assert book.terms_for("anybody", "", 0).window.text == "30 days"


def test_text_and_digest_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "policies.toml"
    raw = b'\xef\xbb\xbfversion = 1\r\n# caf\xc3\xa9\r\n[terms]\r\nwindow = "10 days"\r\n'
    path.write_bytes(raw)
    book = read_policies(path)
    assert book.text.encode() == raw[3:]
    assert book.digest == hashlib.sha256(raw[3:]).hexdigest()
    assert book.house.lines == {"window": 4}
    assert parse_policies(book.text) == book


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "policies.toml", tmp_path):
        with pytest.raises(Refused) as refused:
            read_policies(path)
        assert refused.value.code == "missing_policies"
        assert str(path) in refused.value.message


def test_faults_name_the_file_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "NEW.toml"
    path.write_text("versoin = 1\n")
    with pytest.raises(PolicyRefused) as refused:
        read_policies(path)
    assert refused.value.faults == ('NEW.toml:1: versoin: unknown key; did you mean "version"?',)
    assert refused.value.message == "NEW.toml has a fault"
    assert "policy check" in refused.value.hint


def test_bytes_that_are_no_policy_text(tmp_path: Path) -> None:
    assert faults_of('version = 1\nname = "é"'.encode("latin-1"), tmp_path) == (
        "policies.toml:2: a character that is not UTF-8; save the file as UTF-8",
    )
    assert faults_of("version = 1".encode("utf-16"), tmp_path) == ("policies.toml: saved as UTF-16; save it as UTF-8",)
    assert faults_of(b"#" * (2**20 + 1), tmp_path) == (
        "policies.toml: larger than 1 MiB, which is too large for policies",
    )
    assert "control character" in faults_of(b"version = 1 # \x00\n", tmp_path)[0]


def test_hostile_texts_end_in_a_fault(tmp_path: Path) -> None:
    assert faults_of("x = " + "[" * 100_000, tmp_path) == ("policies.toml: lists or tables nested too deeply",)
    assert faults_of("a = 1\nx = " + "9" * 5_000, tmp_path) == ("policies.toml:2: a number is too long",)
    assert "no share" in faults_of("[terms]\ncredit = 1e1000000", tmp_path)[0]
    assert "no cap" in faults_of("[terms]\ncap = nan", tmp_path)[0]
    many = faults_of("".join(f"key{number} = 1\n" for number in range(5_000)), tmp_path)
    assert len(many) == 101
    assert many[-1] == "policies.toml: more than 100 faults; the rest is not listed"
    long = faults_of("k" * 100_000 + " = 1", tmp_path)
    assert len(long[0]) < 200


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[terms", "1: a section's name ends in one closing bracket: [terms]"),
        ("[[contracts]", "1: the name ends in two closing brackets: [[contracts]]"),
        ("window", '1: a key is followed by "=" and its value; names with blanks need quotes'),
        ("\n= 4", "2: this is neither a section, nor a key with its value, nor a comment"),
        ("a.é = 1", "1: this is no name of a key; names with other characters need quotes"),
        ("a = {b = 1", "1: a table in { } is not closed, or a comma is missing in it; end it with }"),
        ("a = {b = 1, b = 2}", "1: a key stands a second time in its section; keep one of them"),
        ('a = """\n\n', '3: a quotation mark, or a text in """, is not closed; end the text with what it begins with'),
        ("a = 'x", "1: a quotation mark is not closed on this line; end the text with one more"),
        ("a = ", "1: this is no value; texts need quotation marks"),
        ("a = [1]\n[a.b]\n", "2: [a.b] stands twice, or was written as a value before; put its keys in one place"),
        ("a = {}\n[a.b]\n", "2: [a.b] stands twice, or was written as a value before; put its keys in one place"),
        ("a.b = 1\n[a]\n", "2: [a] stands twice, or was written as a value before; put its keys in one place"),
        ("a = 1 b = 2", "1: something follows the value that does not belong there"),
        ("a = Yes", '1: a text needs quotation marks: a = "Yes"'),
    ],
)
def test_texts_that_are_no_toml_are_explained_in_plain_words(text: str, fault: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        parse_policies(text)
    assert refused.value.faults == (f"policies.toml:{fault}",)


def test_reading_policies_needs_no_heavy_package() -> None:
    import subprocess
    import sys

    script = "import sys, leadreturns.readers.policy_file as p; p.parse_policies('version = 1\\n[terms]\\n')\n"
    script += "print(sorted({'pydantic', 'holidays', 'tomlkit', 'pandas', 'openpyxl', 'difflib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
