"""The chain-ladder and Mack's standard error, against the results printed in Mack (1993)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from leadreturns.core.chain_ladder import chain_ladder
from leadreturns.core.spread import half_up

# The increments of Taylor and Ashe (1983), the example of Mack (1993).
TAYLOR_ASHE = (
    (357848, 766940, 610542, 482940, 527326, 574398, 146342, 139950, 227229, 67948),
    (352118, 884021, 933894, 1183289, 445745, 320996, 527804, 266172, 425046),
    (290507, 1001799, 926219, 1016654, 750816, 146923, 495992, 280405),
    (310608, 1108250, 776189, 1562400, 272482, 352053, 206286),
    (443160, 693190, 991983, 769488, 504851, 470639),
    (396132, 937085, 847498, 805037, 705960),
    (440832, 847631, 1131398, 1063269),
    (359480, 1061648, 1443370),
    (376686, 986608),
    (344014,),
)


def test_reserves_are_those_printed_by_mack() -> None:
    result = chain_ladder(TAYLOR_ASHE)
    assert result is not None
    printed = [0, 94634, 469511, 709638, 984889, 1419459, 2177641, 3920301, 4278972, 4625811]
    assert [half_up(value) for value in result.to_come] == printed
    assert half_up(result.total) == 18_680_856


def test_standard_errors_are_those_printed_by_mack() -> None:
    result = chain_ladder(TAYLOR_ASHE)
    assert result is not None
    printed = [0, 75535, 121699, 133549, 261406, 411010, 558317, 875328, 971258, 1363155]
    assert [round(value) for value in result.errors] == printed
    assert round(result.total_error) == 2_447_095


def test_factors_are_those_printed_by_mack() -> None:
    result = chain_ladder(TAYLOR_ASHE)
    assert result is not None
    printed = ["3.491", "1.747", "1.457", "1.174", "1.104", "1.086", "1.054", "1.077", "1.018"]
    assert [f"{float(value):.3f}" for value in result.factors] == printed


def test_pattern_shares_out_the_whole() -> None:
    result = chain_ladder([(60, 30, 10), (120, 60), (30,)])
    assert result is not None
    assert result.pattern() == (Fraction(60, 100), Fraction(30, 100), Fraction(10, 100))


def test_older_cohorts_than_ages_are_complete_and_count_in_the_factors() -> None:
    result = chain_ladder([(50, 50), (10, 30), (40, 20), (30,)])
    assert result is not None
    assert result.factors == (Fraction(200, 100),)
    assert result.to_come == (0, 0, 0, 30)


def test_steady_growth_leaves_no_error() -> None:
    result = chain_ladder([(10, 20, 30), (20, 40, 60), (30, 60), (40,)])
    assert result is not None
    assert result.to_come == (0, 0, 90, 200)
    assert result.total_error == 0


def test_a_cohort_without_early_returns_is_estimated_at_nothing() -> None:
    result = chain_ladder([(10, 5), (0, 5), (12, 3), (0,)])
    assert result is not None
    assert result.to_come[-1] == 0
    assert result.errors[-1] == 0


@pytest.mark.parametrize("increments", [[], [(0, 3), (0, 2), (0,)], [(0, 0, 0), (0, 0), (0,)]])
def test_no_answer_where_nothing_grew(increments: list[tuple[int, ...]]) -> None:
    assert chain_ladder(increments) is None
