"""Numbers of persons told from those of records, which have a right check sign one time in eleven."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.persons.content import find_person_content
from geo.intake.persons.numbers import Numbers, runs_on
from geo.intake.persons.patterns import beyond_chance, is_card_number, right_check_signs
from geo.intake.persons.values import PersonValues

# Division, day and four digits that run on, as systems number their records; 54 of the 600 have a right check sign.
RECORDS = [f"330681202501{1 + at % 28:02}{at:04}" for at in range(600)]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(year: int, at: int) -> str:
    number = f"330681{year}{1 + at % 12:02}{1 + at % 28:02}{at % 1000:03}"
    return number + "10X98765432"[sum(int(one) * weight for one, weight in zip(number, WEIGHTS, strict=True)) % 11]


def look(values: list[str], **options: object) -> PersonValues:
    table = pd.DataFrame({"id": pd.Series(values, dtype="str")})
    return PersonValues.look(table, **options)  # type: ignore[arg-type]  # the options of look


def kinds_of(values: list[str]) -> dict[str, tuple[int, ...]]:
    return {kind: rows for (_, kind), rows in look(values).rows.items()}


def test_numbers_of_records_are_no_identity_numbers() -> None:
    assert kinds_of(RECORDS) == {}
    assert find_person_content(pd.DataFrame({"id": pd.Series(RECORDS, dtype="str")})) == ()


def test_an_identity_number_among_numbers_of_records_is_told() -> None:
    assert kinds_of([*RECORDS, "11010519491231002X"]) == {"identity numbers": (600,)}


def test_identity_numbers_of_all_births_are_told_even_the_newest() -> None:
    numbers = [identity(1940 + at % 86, at) for at in range(300)]
    assert kinds_of(numbers) == {"identity numbers": tuple(range(300))}


def test_a_short_last_batch_is_judged_by_what_came_before() -> None:
    right = next(
        one for one in RECORDS if right_check_signs(np.array([one.encode()]).view(np.uint8).reshape(-1, 18))[0]
    )
    assert kinds_of([right]) == {"identity numbers": (0,)}
    assert look([right], before=look(RECORDS)).rows == {}


def test_numbers_of_records_that_look_like_phones_are_none() -> None:
    assert kinds_of([str(13_000_000_000 + at) for at in range(60)]) == {}
    many = [str(number) for number in np.random.default_rng(1).integers(20_000_000_000, 99_999_999_999, 500)]
    assert kinds_of([*many, "13800138000"]) == {}
    assert kinds_of(["D1", "D2", "13800138000"]) == {"phone numbers": (2,)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("王伟敏13800138001", "phone numbers"),
        ("13912345678.0", "phone numbers"),
        ("138****0001", "phone numbers"),
        ("+44 20 7946 0000", "phone numbers"),
        ("张伟敏 330681195001010009", "identity numbers"),
        ("330681 19500101 0009", "identity numbers"),
        ("３３０６８１１９５００１０１０００９", "identity numbers"),
        ("330681********0009", "identity numbers"),
        ("浙D12345车", "plates of vehicles"),
        ("浙d00001", "plates of vehicles"),
        ("4111 1111 1111 1111", "accounts"),
        ("wxid_00000001abc", "accounts"),
        ("枫桥镇步森大道12号301室", "addresses"),
        ("钟山社区3组5户", "addresses"),
        ("王伟敏", "names of persons"),
        ("王某某", "names of persons"),
        ("进京访", "petitions"),
        ("集访", "petitions"),
        ("letters and visits", "petitions"),
    ],
)
def test_what_stands_inside_a_cell_is_told(text: str, kind: str) -> None:
    assert kind in kinds_of(["D00001", text])


@pytest.mark.parametrize(
    "text",
    [
        "新Express",
        "采集访问",
        "枫源村3号网格",
        "18-00269879",
        "JA354631",
        "unfair competition",
        "2025-03-01 10:00:00",
        "D13800138000",
    ],
)
def test_codes_and_words_inside_a_cell_are_let_through(text: str) -> None:
    assert kinds_of(["D00001", text]) == {}


def test_names_of_places_are_looked_at_for_numbers_alone() -> None:
    names = ["枫桥镇步森大道12号调解室", "王伟敏", "调解室13800138000"]
    found = look(names, places=["id"]).rows
    assert found == {("id", "phone numbers"): (2,)}


@given(st.integers(1, 5000), st.integers(0, 5000))
def test_chance_alone_is_never_beyond_chance(forms: int, hits: int) -> None:
    assert not beyond_chance(forms * 11, min(hits, forms), chance=1 / 11)
    assert beyond_chance(forms, forms, chance=1 / 11)


def test_check_digits_of_cards_are_those_of_the_standard() -> None:
    # The example of ISO/IEC 7812-1 as published: 79927398713.
    assert [last for last in range(10) if is_card_number(f"7992739871{last}")] == [3]


def test_counts_of_numbers_add_up() -> None:
    one, two = (
        Numbers({1950: (1, 1)}, (2, 1), (3, 1)),
        Numbers({1950: (1, 0), 2025: (4, 0)}, (1, 0), (1, 1), running=True),
    )
    both = one.add(two)
    assert (dict(both.births), both.cards, both.eleven, both.running) == (
        {1950: (2, 1), 2025: (4, 0)},
        (3, 1),
        (4, 2),
        True,
    )
    assert not runs_on(pd.Series(["13800138000", "13912345678"], dtype="str"))
