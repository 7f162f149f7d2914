"""People linked by likeness: never by name alone, in companies of any size, and on a later night as on the first."""

from __future__ import annotations

import pytest

from orchestration.identity import linking
from orchestration.identity.model import untrained

ANNA = {
    "contact_id": "shop:1",
    "full_name": "Anna Bergmann",
    "email": "anna@mail.example",
    "street_address": "12 Orchard Lane",
    "postal_code": "20331",
    "city": "Alderport",
    "birth_date": "19800707",
}
AGAIN = ANNA | {"contact_id": "crm:2", "full_name": "Anna Bergman", "email": "a.b@post.example"}
OTHERS = [
    {
        "contact_id": f"shop:{number + 10}",
        "full_name": f"{given} {family}",
        "email": f"{given}.{family}@mail.example".lower(),
        "street_address": f"{number} {street} Street",
        "postal_code": f"{10_000 + 917 * number}",
        "city": "Alderport",
        "birth_date": f"19{50 + number}0{1 + number % 9}1{number % 9}",
    }
    for number, (given, family, street) in enumerate(
        [("Carla", "Moor", "Elm"), ("Dario", "Shaw", "Dairy"), ("Edda", "Combe", "Canal"), ("Fern", "Ridge", "Birch")]
    )
]
TOGETHER = {frozenset({"shop:1", "crm:2"})}


def test_a_double_with_a_typing_error_and_another_address_is_found(company) -> None:
    assert company.night([ANNA, AGAIN, *OTHERS]).together() == TOGETHER
    rule, linked_to = company.why("shop:1") if company.why("crm:2")[0] == "founder" else company.why("crm:2")
    assert rule == "likeness"
    assert linked_to in ("shop:1", "crm:2")


def test_it_is_found_in_a_company_of_two_records(company) -> None:
    assert company.night([ANNA, AGAIN]).together() == TOGETHER


def test_it_is_found_on_a_later_night_and_stays_found(company) -> None:
    company.night([ANNA, *OTHERS])
    founder = company.customers()["shop:1"]
    company.night([ANNA, AGAIN, *OTHERS])
    assert company.together() == TOGETHER
    assert company.customers()["crm:2"] == founder
    company.night([ANNA, AGAIN, *OTHERS, OTHERS[0] | {"contact_id": "desk:1"}])
    assert frozenset({"shop:1", "crm:2"}) in company.together()


def test_a_correction_takes_the_double_apart_again(company) -> None:
    company.night([ANNA, AGAIN, *OTHERS])
    corrected = AGAIN | {"full_name": "Viggo Quillshaw", "birth_date": "19500101", "street_address": "9 Elm Street"}
    assert company.night([ANNA, corrected, *OTHERS]).together() == set()


def test_the_same_name_and_town_are_not_enough(company) -> None:
    namesake = ANNA | {"contact_id": "crm:2", "email": "a.b@post.example", "birth_date": None}
    namesake |= {"street_address": "99 Tannery Avenue", "postal_code": "20399"}
    assert company.night([ANNA, namesake, *OTHERS]).together() == set()


@pytest.mark.parametrize(
    "other",
    [{"full_name": "Bernd Bergmann", "birth_date": None}, {"birth_date": "19490101"}],
    ids=["another given name", "another date of birth"],
)
def test_a_household_is_several_people(other: dict, company) -> None:
    relative = AGAIN | {"full_name": "Anna Bergmann"} | other
    assert company.night([ANNA, relative, *OTHERS]).together() == set()


def test_a_night_without_anything_to_compare_does_not_start_the_statistics(company, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "splink", None)
    people = [{"contact_id": f"till:{number}"} for number in range(50)]
    assert company.night(people).last.customers == 50


def refusing_above(rounds: int, asked: list[int]):
    """Splink as it is where a weight dies out in more than so many rounds."""
    taught = linking._taught

    def refuse(connection, settings: dict) -> dict:
        asked.append(settings["max_iterations"])
        if asked[-1] > rounds:
            raise ValueError(
                "m_probability value 2.0212477221715753e-303 is below the minimum allowed value of 1e-300."
            )
        return taught(connection, settings)

    return refuse


@pytest.mark.parametrize(("rounds", "tried"), [(6, [25, 12, 6]), (0, [25, 12, 6, 3])], ids=["fewer do", "none does"])
def test_a_weight_that_dies_out_in_learning_stops_no_night(rounds: int, tried: list, company, monkeypatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(linking, "_taught", refusing_above(rounds, asked))
    assert company.night([ANNA, AGAIN, *OTHERS]).together() == TOGETHER
    assert asked == tried


def test_another_refusal_is_an_error(company, monkeypatch) -> None:
    def refuse(connection, settings: dict) -> dict:
        raise ValueError("no such column")

    monkeypatch.setattr(linking, "_taught", refuse)
    with pytest.raises(ValueError, match="no such column"):
        company.night([ANNA, AGAIN, *OTHERS])


def test_no_single_trait_decides_more_surely_than_one_that_was_never_seen() -> None:
    learned, start = untrained(), untrained()
    levels = [level for level in learned["comparisons"][0]["comparison_levels"] if not level.get("is_null_level")]
    levels[-1]["m_probability"] = 1e-200
    sound = linking._sound(learned, start)["comparisons"][0]["comparison_levels"]
    assert sound[-1]["m_probability"] == pytest.approx(linking.LEAST_M, rel=0.1)
    assert sum(level["m_probability"] for level in sound if not level.get("is_null_level")) == pytest.approx(1)
