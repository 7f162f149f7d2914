"""The customer page: finding somebody, with and without the right to see names, and the timeline."""

from __future__ import annotations

import shutil

import pytest

from dashboards import formats

from .conftest import BUSY, POISON, card, number, words


@pytest.fixture
def busy(facts, full_home) -> tuple[str, int]:
    """The customer with most interactions and how many they are."""
    return facts(
        full_home, "select customer_id, count(*) from marts.fct_interactions group by 1 order by 2 desc, 1 limit 1"
    )[0]


@pytest.fixture(scope="module")
def nameless_home(full_home, tmp_path_factory):
    """Personal data were published, and this server has no key for them."""
    home = tmp_path_factory.mktemp("nameless") / "home"
    shutil.copytree(full_home, home)
    (home / "keys" / "pii.key").unlink()
    return home


def listed(app, column: str):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def test_one_customer_shows_the_facts_of_the_release(open_page, facts, full_home, busy) -> None:
    app = open_page(full_home, "customer", customer=busy[0])
    assert not app.exception
    orders, amount, tickets = facts(
        full_home,
        f"select historic_number_of_orders, historic_clv_amount, count_tickets from marts.dim_customers "
        f"where customer_id = '{busy[0]}'",
    )[0]
    assert card(app, "Orders") == f"{orders:,}"
    assert number(card(app, "Value so far")) == pytest.approx(float(amount), abs=0.5)
    assert card(app, "Tickets") == f"{tickets:,}"


def test_scores_come_with_interval_and_reasons(open_page, facts, full_home, busy) -> None:
    score, low, high, reasons = facts(
        full_home, f"select score, low, high, reasons from scores.churn where customer_id = '{busy[0]}'"
    )[0]
    said = words(open_page(full_home, "customer", customer=busy[0]))
    assert f"{100 * score:.0f}% ({100 * low:.0f}% to {100 * high:.0f}%)" in said
    assert reasons.strip('["]').split('"')[0] in said


def test_value_is_said_for_a_quarter_a_year_and_the_lifetime(open_page, facts, full_home, busy) -> None:
    [amounts] = facts(
        full_home,
        f"""select predicted_clv_90d_amount, predicted_clv_amount, predicted_clv_low, predicted_clv_high,
                   total_clv_amount, discounted_lifetime_value_amount, discounted_lifetime_value_low,
                   discounted_lifetime_value_high
            from marts.dim_customers where customer_id = '{busy[0]}'""",
    )
    soon, year, low, high, total, lifetime, least, most = (formats.money(float(each), "USD") for each in amounts)
    said = words(open_page(full_home, "customer", customer=busy[0])).replace("\\$", "$")
    assert f"{year} ({low} to {high}), of which {soon} within 90 days; {total} with all bought so far" in said
    assert f"Lifetime value to come, discounted:** {lifetime} ({least} to {most})" in said


def test_timeline_lists_every_interaction_page_by_page(open_page, facts, full_home, busy) -> None:
    who, total = busy
    assert total > 25, "the sample has a customer with more than one page"
    app = open_page(full_home, "customer", customer=who)
    seen = len(listed(app, "interaction_type"))
    assert seen == 25
    app.pagination[0].set_value(2).run()
    assert not app.exception
    assert seen + len(listed(app, "interaction_type")) == total


def test_timeline_filters_by_team_and_by_kind(open_page, facts, full_home, busy) -> None:
    who = busy[0]
    app = open_page(full_home, "customer", customer=who)
    app.pills[0].set_value(["shop"]).run()
    of_shop = facts(
        full_home, f"select count(*) from marts.fct_interactions where customer_id = '{who}' and team = 'shop'"
    )[0][0]
    assert set(listed(app, "interaction_type")["team"]) == {"Shop"}
    assert len(listed(app, "interaction_type")) == min(of_shop, 25)
    app.pills[0].set_value([]).run()
    app.multiselect[0].set_value(["campaign_sent"]).run()
    assert set(listed(app, "interaction_type")["interaction_type"]) == {"Campaign sent"}


def test_part_of_an_id_finds_several_and_nonsense_finds_none(open_page, full_home) -> None:
    several = open_page(full_home, "customer", customer="cus_000000000000000")
    assert len(listed(several, "customer_id")) > 1
    none = open_page(full_home, "customer", customer="x' or 1=1 --")
    assert not none.exception
    assert "No customer matches" in none.info[0].value


def test_with_the_key_a_person_is_found_by_name_and_by_e_mail(open_page, full_home) -> None:
    by_name = listed(open_page(full_home, "customer", customer="brook alder"), "full_name")
    assert set(by_name["full_name"]) == {"Brook Aldertree"}
    by_email = open_page(full_home, "customer", customer="BROOK.aldertree1@mail.example")
    assert by_email.subheader[0].value == "Brook Aldertree"
    assert "brook.aldertree1@mail.example" in words(by_email)
    assert "full_name" in listed(open_page(full_home, "churn"), "churn_probability")


def test_what_is_typed_stays_out_of_the_address(open_page, full_home) -> None:
    app = open_page(full_home, "customer")
    app.text_input[0].set_value("brook.aldertree1@mail.example").run()
    assert app.subheader[0].value == "Brook Aldertree"
    assert not app.query_params


def test_a_name_is_words_and_never_markdown(open_page, full_home) -> None:
    name = open_page(full_home, "customer", customer=BUSY).subheader[0].value
    assert "![" not in name
    assert "<b>" not in name
    assert name.replace("\\", "") == POISON


@pytest.mark.parametrize("page", ["customer", "churn", "value", "segments"])
def test_without_the_key_no_page_carries_a_name(open_page, nameless_home, page) -> None:
    app = open_page(nameless_home, page)
    assert not app.exception
    assert "names and e-mails are not readable here" in words(app)
    assert not [frame for frame in app.dataframe if "full_name" in frame.value]


def test_without_the_key_a_name_finds_nobody_and_an_id_finds_no_name(open_page, nameless_home) -> None:
    assert "only where the personal file is readable" in words(
        open_page(nameless_home, "customer", customer="brook aldertree")
    )
    said = words(open_page(nameless_home, "customer", customer="cus_0000000000000001"))
    assert "cus\\_0000000000000001" in said
    assert "Brook" not in said
    assert "@mail.example" not in said


def test_a_key_that_does_not_fit_shows_no_name_and_no_error(open_page, nameless_home, tmp_path) -> None:
    shutil.copytree(nameless_home, tmp_path / "home")
    (tmp_path / "home" / "keys" / "pii.key").write_text("0" * 64, encoding="utf-8")
    app = open_page(tmp_path / "home", "customer", customer="cus_0000000000000001")
    assert not app.exception
    assert "Brook" not in words(app)


def test_a_release_without_personal_data_works_even_with_a_key(open_page, sample_release, tmp_path, now) -> None:
    sample_release(tmp_path, "apart-1", as_of_date=now.date(), published_at=now, with_pii=False)
    (tmp_path / "keys").mkdir(exist_ok=True)
    (tmp_path / "keys" / "pii.key").write_text("0" * 64, encoding="utf-8")
    assert not open_page(tmp_path, "customer").exception


def test_what_is_withheld_of_products_or_tickets_is_not_said_of_a_customer(
    open_page, sample_release, tmp_path, now
) -> None:
    told = "('churn', 'next_purchase', 'next_items')"
    withheld = f"update scores.model_cards set is_published = false where score_name not in {told}"
    sample_release(tmp_path, "few-1", as_of_date=now.date(), published_at=now, change=lambda con: con.execute(withheld))
    app = open_page(tmp_path, "customer", customer=BUSY)
    assert not app.exception, app.exception
    assert words(app).count("is withheld") == 1
    assert "Value is withheld" in words(app)
