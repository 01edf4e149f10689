"""The TOML files of accounting formats: those that come with us, those of a workspace, and their faults."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from leadreturns.errors import Refused
from leadreturns.readers.export_format import format_names, read_format

NOWHERE = Path("/nowhere")
TABLE = 'title = "Mine"\nshape = "table"\nverified = "me"\nsuffix = ".csv"\n'
COLUMNS = '[[tables]]\ndocuments = ["credit_note"]\n[tables.columns]\n'


@pytest.mark.parametrize("name", format_names(NOWHERE))
def test_every_format_of_ours_can_be_read(name: str) -> None:
    form = read_format(name, NOWHERE)
    assert form.placed
    assert form.title and form.verified
    for table in form.tables:
        assert any("{adjustment}" in template for template in table.columns.values()), "our id in the reference column"
        assert any("{amount}" in template or "{positive}" in template for template in table.columns.values())


def test_only_xero_quickbooks_and_sage_are_unverified() -> None:
    unverified = {name for name in format_names(NOWHERE) if read_format(name, NOWHERE).is_unverified}
    assert unverified == {"xero", "quickbooks", "quickbooks-iif", "sage"}


def own(folder: Path, text: str, name: str = "mine") -> Path:
    (folder / "exports").mkdir(exist_ok=True)
    (folder / "exports" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_file_of_the_workspace_is_laid_over_ours(tmp_path: Path) -> None:
    own(tmp_path, 'dates = "%Y"\n[values]\nreturns = "1"\nnew = "2"\n[kinds.credit_note]\nx = "3"\n', "xero")
    form, ours = read_format("xero", tmp_path), read_format("xero", NOWHERE)
    assert (form.dates, form.values["returns"], form.values["new"]) == ("%Y", "1", "2")
    assert form.values["untaxed_code"] == ours.values["untaxed_code"]
    assert form.tables == ours.tables
    assert form.is_unverified and "changed by" in form.verified


def test_who_changes_a_format_may_vouch_for_it(tmp_path: Path) -> None:
    own(tmp_path, 'verified = "Anna, Xero UK, 2026-11-03"\n', "xero")
    assert not read_format("xero", tmp_path).is_unverified


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = ", "is no TOML"),
        ("", "needs title"),
        (TABLE.replace("table", "sheet"), "shape is one of table, iif"),
        (TABLE, "a table needs [[tables]]"),
        (TABLE + 'sufix = "x"\n', "unknown key sufix; did you mean suffix?"),
        (TABLE + "header = 1\n", "header is of the wrong type"),
        (TABLE + '[values]\nnominal = 4000\n', "[values] holds texts only; put numbers in quotation marks"),
        (TABLE + 'longest_account = "8"\n', "longest_account is of the wrong type"),
        (TABLE + "longest_account = true\n", "longest_account is of the wrong type"),
        (TABLE + '[tax_names]\n"20" = "VAT"\n', '[tax_names]: "20" is no rate; write it like "20%" or "8.875%"'),
        (TABLE + '[tax_names]\n"20.0%" = "VAT"\n', '"20.0%" is no rate'),
        (TABLE + '[tax_names]\n"20%" = 1\n', "[tax_names] holds texts only"),
        (TABLE + '[values]\namount = "1"\n', "amount is the name of a field"),
        (TABLE + '[kinds.refund]\nx = "1"\n', '"refund" is none of buyer_credit'),
        (TABLE + 'needs = ["vat"]\n', '"vat" is none of account'),
        (TABLE + 'encoding = "latin"\n' + COLUMNS + 'a = "1"\n', ""),
        (TABLE + 'encoding = "ebcdic-9"\n' + COLUMNS + 'a = "1"\n', "ebcdic-9 is no encoding"),
        (TABLE + 'line_end = "cr"\n', 'line_end is "lf" or "crlf"'),
        (TABLE + 'delimiter = ""\n', "delimiter one character"),
        (TABLE + '[[tables]]\ndocuments = ["refunds"]\n[tables.columns]\na = "1"\n', '"refunds" is none of clawback'),
        (TABLE + '[[tables]]\ndocuments = ["credit_note"]\n', "needs documents and columns"),
        (TABLE + COLUMNS + 'Sum = "{amuont}"\n', "{amuont} is no field; did you mean {amount}?"),
        (TABLE + COLUMNS + 'Sum = "{amount"\n', "expected '}'"),
        (TABLE + COLUMNS + 'Sum = "{amount.__class__}"\n', "is no template"),
        (TABLE + COLUMNS + 'Sum = "{amount!r}"\n', "is no template"),
        (TABLE + COLUMNS + 'Sum = "{amount:>1000000000}"\n', "is no template"),
        (TABLE + COLUMNS + 'Sum = "{0}"\n', "is no template"),
        (TABLE + '[exchange_rates]\nEUR = "0.00"\n' + COLUMNS, '[exchange_rates]: EUR = "0.00" is no rate'),
        (TABLE + '[exchange_rates]\nEUR = "1,16"\n' + COLUMNS, '[exchange_rates]: EUR = "1,16" is no rate'),
        (TABLE + '[exchange_rates]\neuro = "1.16"\n' + COLUMNS, '[exchange_rates]: euro = "1.16" is no rate'),
        (TABLE + "[exchange_rates]\nEUR = 1.16\n" + COLUMNS, "[exchange_rates] holds texts only"),
    ],
)  # fmt: skip
def test_faults_name_the_file_and_the_place(tmp_path: Path, text: str, told: str) -> None:
    own(tmp_path, text)
    if not told:
        assert read_format("mine", tmp_path).encoding == "latin"
        return
    with pytest.raises(Refused) as refused:
        read_format("mine", tmp_path)
    assert refused.value.code == "bad_format"
    assert "mine.toml" in refused.value.message
    assert told in refused.value.message


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    own(tmp_path, TABLE + COLUMNS + 'a = "1"\n')
    (tmp_path / "policies.toml").write_text(TABLE + COLUMNS + 'a = "1"\n')
    with pytest.raises(Refused) as refused:
        read_format("../policies", tmp_path)
    assert refused.value.code == "unknown_format"


@pytest.mark.slow
def test_the_wheel_brings_the_formats_along(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(root)]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    [wheel] = tmp_path.glob("*.whl")
    names = {Path(name).stem for name in zipfile.ZipFile(wheel).namelist() if name.startswith("leadreturns/exports/")}
    assert names == set(format_names(NOWHERE))
