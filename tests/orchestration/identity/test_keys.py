"""Keys join records of one person, and lose their force where strangers share them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest


def person(contact_id: str, full_name: str | None = None, **traits: object) -> dict:
    return {"contact_id": contact_id, "full_name": full_name, **traits}


def pair(*contacts: str) -> frozenset[str]:
    return frozenset(contacts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna@Mail.example", " anna@mail.example"),
        ("anna+shop@mail.example", "anna@mail.example"),
        ("an.na@gmail.com", "anna@googlemail.com"),
    ],
    ids=["capitals and blanks", "a tag", "a provider that ignores dots"],
)
def test_spellings_of_one_mailbox_are_one_customer(one: str, other: str, company) -> None:
    company.night([person("a:1", "Anna Berg", email=one), person("b:1", "Anna Berg", email=other)])
    assert company.together() == {pair("a:1", "b:1")}
    assert company.why("b:1") == ("email", "a:1")


def test_dots_count_where_the_provider_counts_them(company) -> None:
    company.night([person("a:1", email="an.na@mail.example"), person("b:1", email="anna@mail.example")])
    assert company.together() == set()


def test_equal_names_alone_join_nobody(company) -> None:
    company.night([person("a:1", "John Smith"), person("b:1", "John Smith"), person("c:1", "John Smith", email="n/a")])
    assert company.together() == set()


@pytest.mark.parametrize("phone", ["(555) 234-5678", "+1 555 234 5678", "1-555-234-5678"])
def test_a_phone_and_an_agreeing_name_are_one_customer_however_written(phone: str, company) -> None:
    company.night([person("a:1", "William Berg", phone="+15552345678"), person("b:1", "Bill Berg", phone=phone)])
    assert company.together() == {pair("a:1", "b:1")}
    assert company.why("b:1") == ("phone", "a:1")


def test_an_extension_makes_it_another_phone(company) -> None:
    rows = [person("a:1", "Jo Berg", phone="+1 555 234 5678 ext. 1"), person("b:1", "Jo Berg", phone="+15552345678")]
    assert company.night(rows).together() == set()


def test_a_family_that_shares_a_phone_stays_several_people(company) -> None:
    family = [person(f"a:{name}", f"{name} Berg", phone="+15552345678") for name in ("Anna", "Bernd", "Carla")]
    assert company.night(family).together() == set()


def test_a_couple_that_shares_a_mailbox_stays_two_people(company) -> None:
    rows = [person("a:1", "Anna Berg", email="bergs@mail.example", created_at=datetime(2020, 1, 1))]
    rows += [person("a:2", "Bernd Berg", email="bergs@mail.example", created_at=datetime(2021, 1, 1))]
    rows += [person("b:1", "Bernd Berg", email="bergs@mail.example"), person("c:1", email="bergs@mail.example")]
    company.night(rows)
    assert company.together() == {pair("a:1", "c:1"), pair("a:2", "b:1")}, "without a name it is who had it first"


def test_a_role_address_joins_only_the_very_same_full_name(company) -> None:
    desk = {"email": "sales@berg.example"}
    rows = [person("a:1", "Anna Berg", **desk), person("b:1", "Anna Berg", **desk), person("a:2", "A. Berg", **desk)]
    rows += [person("a:3", "Anna Bergmann", **desk), person("b:4", **desk), person("c:4", **desk)]
    company.night(rows)
    assert company.together() == {pair("a:1", "b:1"), pair("b:4", "c:4")}, "the desk itself is one too"


def test_a_mailbox_of_more_people_than_allowed_is_a_desk_whatever_it_is_called(make_company: Callable) -> None:
    rows = [person(f"a:{name}", f"{name} Berg", email="x@berg.example") for name in ("Anna", "Bernd", "Carla", "Dora")]
    rows += [person("b:1", email="x@berg.example"), person("b:2", "Ann Berg", email="x@berg.example")]
    assert make_company(names_per_key=3).night(rows).together() == set()
    assert make_company(names_per_key=4).night(rows).together() == {pair("a:Anna", "b:1", "b:2")}


@pytest.mark.parametrize(
    ("name", "changed", "is_one"),
    [
        pytest.param("John Young", "2019-01-01", False, id="years later, another family name: given to somebody else"),
        pytest.param("John Young", "2015-06-01", True, id="soon after, another family name: married"),
        pytest.param("John Smith", "2019-01-01", True, id="years later, the same name"),
        pytest.param("Mary Smith", "2015-06-01", False, id="another given name: somebody else at once"),
    ],
)
def test_a_recycled_address_does_not_glue_strangers(name: str, changed: str, is_one: bool, company) -> None:
    old = person("a:1", "John Smith", email="john@firm.example", created_at=datetime(2014, 1, 1))
    old["updated_at"] = datetime(2015, 1, 1)
    new = person("b:1", name, email="john@firm.example", created_at=datetime.fromisoformat(changed))
    assert bool(company.night([old, new]).together()) is is_one


def test_other_dates_of_birth_outweigh_a_shared_address_and_name(company) -> None:
    shared = {"email": "smith@mail.example", "phone": "+15552345678"}
    father = person("a:1", "John Smith", birth_date="19500101", **shared)
    rows = [father, person("a:2", "John Smith", birth_date="19800707", **shared)]
    rows += [person("b:1", "John Smith", birth_date="19800770", **shared)]
    assert company.night(rows).together() == {pair("a:2", "b:1")}, "a slip of the fingers is the same date"


def test_an_initial_does_not_glue_the_two_people_it_may_stand_for(company) -> None:
    rows = [person("a:1", "John Smith", email="s@mail.example"), person("a:2", "Jane Smith", email="s@mail.example")]
    rows += [person("b:1", "J Smith", email="s@mail.example")]
    [together] = company.night(rows).together()
    assert "b:1" in together
    assert len(together) == 2


def test_swapped_names_are_the_same_name(company) -> None:
    rows = [person("a:1", "Anna Berg", phone="+15552345678"), person("b:1", "Berg Anna", phone="+15552345678")]
    assert company.night(rows).together() == {pair("a:1", "b:1")}


def test_an_id_that_systems_share_joins_whatever_the_names(company) -> None:
    rows = [person("a:1", "Anna Berg", external_id="K-77"), person("b:1", "A. Meier-Berg", external_id="K-77")]
    company.night(rows)
    assert company.why("b:1") == ("external_id", "a:1")


def test_chinese_names_put_the_family_first(company) -> None:
    rows = [
        person("a:1", "王小明", phone="+86 138 0013 8000"),
        person("b:1", "小明 王", phone="13800138000", country="中国"),
    ]
    assert company.night(rows).together() == {pair("a:1", "b:1")}
