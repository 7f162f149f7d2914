"""The statistical model: which traits are compared at which levels of likeness, and what each level weighs.

Belongs here: Splink's settings, and the weights that a model starts with. Splink estimates them anew from a company's
own data (training); a start is needed because a small company has too few duplicates to learn from.
Stays out: which pairs are compared (candidates), and when the model is trained again (training).
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Level(NamedTuple):
    """`sql` says when two units are alike in this way; `m` and `u` are its share among same and different people."""

    label: str
    sql: str
    m: float
    u: float
    tf_column: str | None = None


SIMILAR = "jaro_winkler_similarity({0}_l, {0}_r) >= 0.88".format

COMPARISONS: dict[str, tuple[str, tuple[Level, ...]]] = {
    "name": (
        "coalesce(given_name_l, family_name_l) is null or coalesce(given_name_r, family_name_r) is null",
        (
            Level("same name", "whole_name_l = whole_name_r", 0.55, 1e-4, "whole_name"),
            Level("names swapped", "given_name_l = family_name_r and family_name_l = given_name_r", 0.03, 1e-5),
            Level(
                "nickname",
                "family_name_l = family_name_r and list_has_any(formals_l, formals_r)",
                0.10, 2e-4, "family_name",
            ),
            Level("both names alike", f"{SIMILAR('given_name')} and {SIMILAR('family_name')}", 0.18, 3e-4),
            Level("same family name", "family_name_l = family_name_r", 0.04, 0.004, "family_name"),
            Level("same given name", "given_name_l = given_name_r or list_has_any(formals_l, formals_r)", 0.06, 0.01),
            Level("one name alike", f"{SIMILAR('given_name')} or {SIMILAR('family_name')}", 0.02, 0.02),
        ),
    ),
    "birth_date": (
        "birth_date_l is null or birth_date_r is null",
        (
            Level("same date of birth", "birth_date_l = birth_date_r", 0.93, 1e-4),
            Level("date of birth but for a slip", "same_birth_date(birth_date_l, birth_date_r)", 0.04, 1e-3),
        ),
    ),
    "national_id": (
        "national_id_l is null or national_id_r is null",
        (
            Level("same personal number", "national_id_l = national_id_r", 0.92, 1e-6),
            Level("personal number but a slip", "damerau_levenshtein(national_id_l, national_id_r) <= 1", 0.05, 1e-5),
        ),
    ),
    "phone": (
        "phone_l is null or phone_r is null",
        (
            Level("same phone", "list_has_any(phones_l, phones_r)", 0.75, 2e-5),
            Level("phone but for a digit", "damerau_levenshtein(phone_l, phone_r) <= 1", 0.05, 2e-5),
        ),
    ),
    "street": (
        "street_l is null or street_r is null",
        (
            Level("same street and number", "list_has_any(streets_l, streets_r)", 0.60, 2e-4),
            Level("street alike", "jaro_winkler_similarity(street_l, street_r) >= 0.9", 0.15, 0.003),
            Level("street rather alike", "jaro_winkler_similarity(street_l, street_r) >= 0.8", 0.05, 0.01),
        ),
    ),
    "place": (
        "coalesce(postcode_l, city_l) is null or coalesce(postcode_r, city_r) is null",
        (
            Level("same postcode", "postcode_l = postcode_r", 0.75, 5e-4, "postcode"),
            Level("postcode but for a digit", "damerau_levenshtein(postcode_l, postcode_r) <= 1", 0.08, 0.004),
            Level("same city", "city_l = city_r or jaro_winkler_similarity(city_l, city_r) >= 0.92", 0.07, 0.08),
        ),
    ),
    "mailbox": (
        "len(mailboxes_l) = 0 or mailboxes_l is null or len(mailboxes_r) = 0 or mailboxes_r is null",
        (
            Level("same mailbox at another provider", "list_has_any(mailboxes_l, mailboxes_r)", 0.35, 2e-5),
            Level("mailbox alike", "jaro_winkler_similarity(mailboxes_l[1], mailboxes_r[1]) >= 0.92", 0.10, 2e-4),
        ),
    ),
    "organisation": (
        "organisation_id_l is null or organisation_id_r is null",
        (Level("same organisation", "organisation_id_l = organisation_id_r", 0.85, 0.002),),
    ),
}  # fmt: skip
"""Per comparison: when it says nothing, and its levels from most to least alike; "different" is always the last."""


def untrained() -> dict[str, Any]:
    """Splink settings with the starting weights."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unit",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": ["l.unit = r.unit"],
        "comparisons": [_comparison(name, *definition) for name, definition in COMPARISONS.items()],
    }


def _comparison(name: str, is_null: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    described: list[dict[str, Any]] = [{"sql_condition": is_null, "label_for_charts": "unknown", "is_null_level": True}]
    for level in levels:
        one = {
            "sql_condition": level.sql,
            "label_for_charts": level.label,
            "m_probability": level.m,
            "u_probability": level.u,
        }
        if level.tf_column:
            one |= {"tf_adjustment_column": level.tf_column, "tf_adjustment_weight": 1.0}
        described.append(one)
    rest = {
        "m_probability": 1 - sum(level.m for level in levels),
        "u_probability": 1 - sum(level.u for level in levels),
    }
    described.append({"sql_condition": "ELSE", "label_for_charts": "different", **rest})
    return {"output_column_name": name, "comparison_levels": described}


def term_columns() -> list[str]:
    """Columns whose common values weigh less than rare ones."""
    return sorted({level.tf_column for _, levels in COMPARISONS.values() for level in levels if level.tf_column})
