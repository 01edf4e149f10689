"""What each code says that a file can meet on its way in: rows not read, files refused, and what is noticed.

The page docs/problems.md is made of these lines and of the reproducers in tests/problems.
"""

from __future__ import annotations

from collections.abc import Mapping

PROBLEMS: Mapping[str, str] = {
    "no_identifier": "the row has content, but names no lead: lead id, sale reference, phone and e-mail are blank",
    "missing_cells": "the row ends before a column that is needed",
    "extra_cells": "the row has more cells than the header, so that its texts may stand in the wrong columns",
    "error_cell": "a cell that is needed holds an error of the spreadsheet, such as #N/A",
    "uncalculated_formula": "a cell that is needed holds a formula whose result was never stored",
    "damaged_id": "a spreadsheet has shortened, rounded or converted the identifier",
    "long_cell": "the identifier or contact is longer than any can be",
    "several_leads": "the cell of the identifier names several leads, which are not parted by guess",
    "bad_phone": "the row has no other identifier than a text that is no possible phone number",
    "bad_email": "the row has no other identifier than a text that is no e-mail address",
    "missing_buyer": "the row names no buyer, and nothing else does",
    "unknown_buyer": "no sale and no section of the policies names the buyer of the row",
    "buyer_conflict": "the row names another buyer than --buyer",
    "bad_date": "the value is no date, or none in the order of its column",
    "several_reasons": "the row is marked in two columns that each mean a reason",
    "bad_amount": "the value is no amount that can be booked in the currency of its row",
    "bad_currency": "the text is no ISO 4217 code of a currency",
    "conflicting_sale": "rows of one ledger file tell the same sale differently; none of them is taken",
    "sale_already_adjusted": "a return of the sale was approved, so its money, date and parties stay as they are",
    "period_closed": "the row would add or change money of a closed month",
}
"""Code of a row that cannot be read → what it says. The other rows of its file are imported."""

REFUSALS: Mapping[str, str] = {
    "missing_file": "there is no file of that name",
    "not_a_file": "the name is that of a folder, a pipe or a device",
    "is_the_store": "the file is the store of the workspace",
    "unreadable_file": "the system does not let the file be opened or copied",
    "changing_file": "the file grew or was rewritten while it was copied",
    "empty_file": "the file, or the table in it, holds nothing",
    "too_large": "the file is larger than any table of returns",
    "not_a_table": "the file is of another kind: a document, a picture, a web page without a table",
    "several_files": "the archive holds more than one file",
    "damaged_archive": "the archive is broken or was cut off",
    "hostile_archive": "the archive unpacks to many times its size",
    "encrypted": "a password is needed to open the file",
    "wrong_password": "the password given does not open the file",
    "damaged_workbook": "the workbook is broken or was cut off",
    "hostile_workbook": "the workbook is made as no honest program makes one, to exhaust or to mislead its reader",
    "missing_sheet": "the file has no sheet of the name that --sheet gives",
    "hidden_sheet": "every sheet with a table is hidden",
    "ambiguous_sheet": "several sheets hold a table that would do",
    "unknown_encoding": "the bytes fit no encoding that is tried",
    "bad_encoding": "the bytes do not fit the encoding that the file or --encoding names",
    "mixed_encodings": "some lines are in one encoding, some in another",
    "truncated_file": "the text ends in the middle of a character",
    "damaged_file": "the text holds a block of NUL bytes where something was overwritten",
    "unclosed_quote": "a quote opens a cell and swallows the rows below it",
    "cell_too_long": "a cell or a line has more than a million characters",
    "no_header_row": "--header-row names a row that is blank or not in the table",
    "missing_columns": "no heading names a column that is needed",
    "ambiguous_columns": "several columns could each be the same field",
    "unknown_heading": "--map or the buyer's section names a heading that the file has not",
    "no_rows": "there is no row below the header",
    "some_rows_returned": "a column seems to say that only some rows are returns, and no setting says which",
    "ambiguous_dates": "dates could be day first, month first or year first, and nothing shows which",
    "ambiguous_amounts": "amounts could be a thousand times as much, and nothing shows which",
    "other_currency": "the heading of an amount names another currency than that of all its rows",
    "unknown_buyer": "no sale and no section of the policies names the buyer of --buyer",
    "unknown_reason": "the policies know no reason of the code in --reason",
    "unreadable_rows": "a row cannot be read, and --all-or-nothing was asked for",
    "already_imported_otherwise": "the same bytes are a batch already, read in another way",
}
"""Code of a file that is refused whole → what it says. Nothing of the file is imported; exit code 3."""

NOTES: Mapping[str, str] = {
    "skipped_title": "a row above the header is left out",
    "skipped_total": "a total is left out",
    "skipped_note": "a note, a label or a ruling among or below the rows is left out",
    "skipped_repeated_header": "a row that says the header again is left out",
    "next_table": "another table begins below the first, and is not read",
    "rows_ignored": "rows below a thousand blank ones are not read",
    "sheets_not_read": "another visible sheet has rows, and is not read",
    "tables_not_read": "a web page has further tables, and only the one whose headings fit best is read",
    "hidden_sheets": "the workbook has hidden sheets, which are not read",
    "hidden_rows": "rows that the sheet does not show hold data; they are read",
    "hidden_columns": "columns that the sheet does not show hold data; they are read",
    "merged_cells": "a cell merged over several rows is read in each of them that names a lead",
    "heading_ignored": "a heading could name a field for which another column is used",
    "heading_not_found": "the buyer's section names a heading that the file has not, for a field that is not needed",
    "short_rows": "rows lack cells, none of them needed",
    "long_rows": "rows have cells beyond the last heading, and what is read stands where it should",
    "blank_reasons": "most rows give no reason, so that perhaps only the others are returns",
    "dates_not_read": "a column that nothing is known about holds dates, perhaps those of the returns",
    "zone_of_heading": "a heading names the clock of its times, and it is not sure which zone that is in every season",
    "zone_not_read": "a column of time zones stands beside the dates, and is not read",
    "date_order_contradicted": "the dates prove another order than the one that was named, and are read as proven",
    "dates_maybe_swapped": "true dates beside texts look as if a spreadsheet had swapped their day and month",
    "invisible_characters": "identifiers hold invisible or no-break characters",
    "odd_characters": "identifiers hold full-width or otherwise unusual characters",
    "unread_phone": "phone numbers that are none are left out; the row has another identifier",
    "unread_email": "e-mail addresses that are none are left out; the row has another identifier",
    "unread_number": "call attempts that are not one number are left out",
    "read_as_cp1252": "the text is not UTF-8, and is read as Windows-1252",
    "nul_removed": "NUL characters are left out",
    "lines_in_quotes": "each line stands in quotes as one cell, and is read without them",
    "stray_quotes": "a line has text beside a quoted cell, and is read without the quotes",
    "no_final_line_end": "the last line has no line end, as in a file that was cut off",
    "truncated_file": "the last row is shorter than the others, or the table is never closed: probably cut off",
    "unpacked": "the one file in an archive was read",
}
"""Code of something noticed that stops nothing → what it says. `--inspect --json` lists them as `notes`."""

MISUSES: Mapping[str, str] = {
    "bad_map": "--map is not FIELD=HEADING, or names one field twice",
    "unknown_field": "--map names a field that this kind of file has not",
    "two_fields": "--map gives one heading to two fields",
    "no_encoding": "--encoding names no text encoding",
    "bad_delimiter": "--delimiter names nothing that can part cells",
    "buyer_twice": "--buyer and --any-buyer contradict each other",
    "buyer_needed": "--learn writes into a buyer's section and needs --buyer",
    "bad_time": "--received is neither a date nor a time",
}
"""Code of a command line that says how to read a file and cannot be followed → what it says; exit code 2."""
