"""docs/accrual.md shows what a fresh run on the real history says."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.accrual_history import BEGIN, DEFAULT_FOLDER, PAGE, Book, load, page_with, tables, trial
from leadreturns.core.calendar import day_of


@pytest.fixture(scope="module")
def book() -> Book:
    if not (DEFAULT_FOLDER / "ledger.csv.gz").is_file():
        pytest.skip("the real history is not beside the project: ../shared/realdata/online_retail")
    return load(DEFAULT_FOLDER)


def test_the_history_is_the_one_described(book: Book) -> None:
    assert sum(cell.count for cell in book.sold) == 530_099
    assert sum(cell.value_minor for cell in book.sold) == 1_065_562_248
    assert len(book.returned) == 5_805
    assert sum(item.value_minor for item in book.returned) == 52_445_979


def test_the_page_shows_a_fresh_run(book: Book) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_with(tables(book), page), "run: python -m benchmarks.accrual_history --write"


def test_it_does_better_than_monthly_figures_where_those_fail(book: Book) -> None:

    one = trial(book, day_of(date(2011, 9, 30)))
    best = one.accrual.recommended
    assert best is not None
    assert one.came_minor == 896_623
    assert abs(best.credit_minor - one.came_minor) < 896_623 - 671_400
    assert best.low_minor <= one.came_minor <= best.high_minor


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        page_with("| a |\n", BEGIN)
