"""How names and addresses are spelled alike: DuckDB macros that the other steps use in their queries.

Belongs here: what counts as the same given name, the same family name, the same mailbox. A typing error, a nickname or
a swapped pair of names is the same name; another name is not.
Stays out: what follows from sameness (keys, model).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from data_quality.release import quoted
from orchestration.identity.rules import Rules

NICKNAMES = Path(__file__).with_name("nicknames.txt")

_TITLES = "mr|mrs|ms|miss|mx|dr|prof|sir|herr|frau|fr|hr|dipl|ing|mag|jr|sr|ii|iii|iv|phd|md|msc|bsc|mba|esq"
_PARTICLES = "van|von|vom|zu|zur|de|der|den|del|della|di|da|dos|du|la|le|el|al|bin|ben|ibn|ter|ten|st|mac|mc|o"

MACROS = f"""
create or replace temp macro plain(text) as
    nullif(trim(regexp_replace(lower(strip_accents(replace(replace(text, 'ß', 'ss'), '’', ''''))),
        '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '');

-- Words of a name: titles gone, and a particle tied to the word behind it ("van der Berg" is one word of a name).
create or replace temp macro name_words(text) as
    list_filter(string_split(
        regexp_replace(regexp_replace(plain(text), '\\b({_TITLES})\\b', '', 'g'), '\\b({_PARTICLES}) +', '\\1', 'g'),
    ' '), word -> word != '');

create or replace temp macro is_han(text) as regexp_full_match(text, '\\p{{Han}}{{2,4}}');

-- A cell that holds an address or a number where a name belongs names nobody.
create or replace temp macro is_name(text) as
    not contains(text, '@') and not regexp_matches(text, '\\d{{3}}') and regexp_matches(text, '\\p{{L}}');

-- "Family, Given" is turned round; Chinese names put the family first.
create or replace temp macro in_order(text) as case
    when is_han(trim(text)) then substr(trim(text), 2) || ' ' || substr(trim(text), 1, 1)
    when regexp_full_match(text, '[^,]+, *[^,]+') then trim(split_part(text, ',', 2)) || ' ' || split_part(text, ',', 1)
    else text
end;

create or replace temp macro words_of(text) as case when is_name(text) then name_words(in_order(text)) end;

-- The same name but for a slip of the fingers. Short names are full names of others: Mila is not Milo.
create or replace temp macro slipped(a, b) as
    a = b
    or (least(length(a), length(b)) >= 5
        and (damerau_levenshtein(a, b) <= 1 or jaro_winkler_similarity(a, b) >= 0.92))
    or (length(a) = length(b) and length(a) >= 3 and damerau_levenshtein(a, b) = 1
        and list_sort(string_split(a, '')) = list_sort(string_split(b, '')));

create or replace temp macro initial(a, b) as
    least(length(a), length(b)) = 1 and substr(a, 1, 1) = substr(b, 1, 1);

-- formals: the formal names that a given name may stand for, itself among them.
create or replace temp macro same_given(a, b, formals_a, formals_b) as
    slipped(a, b) or initial(a, b) or list_has_any(formals_a, formals_b);

create or replace temp macro same_family(a, b) as
    slipped(a, b) or (least(length(a), length(b)) >= 4 and (contains(a, b) or contains(b, a)));

create or replace temp macro swapped(given_a, family_a, given_b, family_b) as
    coalesce(slipped(given_a, family_b), false)
    and coalesce(slipped(family_a, given_b), family_a is null or given_b is null);

-- Two dates of birth that a slip or the order of day and month can explain are one.
create or replace temp macro same_birth_date(a, b) as damerau_levenshtein(a, b) <= 1
    or (length(a) = 8 and length(b) = 8 and a = substr(b, 1, 4) || substr(b, 7, 2) || substr(b, 5, 2));
"""


def teach(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Give a connection the macros above, the nicknames and the company's rules on mailboxes."""
    connection.execute(MACROS)
    connection.execute("create or replace temp table nicknames (name varchar, formals varchar[])")
    connection.executemany("insert into nicknames values (?, ?)", list(nicknames().items()))
    local = "regexp_replace(split_part(address, '@', 1), '\\+.*$', '')" if rules.strip_plus_tags else (
        "split_part(address, '@', 1)"
    )  # fmt: skip
    dot_blind, roles = _words(rules.dot_blind_domains), _words(rules.role_addresses)
    connection.execute(f"""
        create or replace temp macro mailbox(address) as case
            when not regexp_full_match(address, '[^@\\s]+@[^@\\s]+\\.[^@\\s.]+') then null
            when split_part(address, '@', 2) in ({dot_blind}) then replace({local}, '.', '') || '@' || '{_one(rules)}'
            else {local} || '@' || split_part(address, '@', 2)
        end;
        create or replace temp macro is_role(address) as
            regexp_replace(split_part(address, '@', 1), '[^a-z]', '', 'g') in ({roles});
    """)


def nicknames() -> dict[str, list[str]]:
    """Every name in nicknames.txt with the formal names it may stand for; a formal name stands for itself too."""
    formals: dict[str, set[str]] = {}
    for line in NICKNAMES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            formal, _, short = line.partition(":")
            for name in (formal, *short.split()):
                formals.setdefault(name, {name}).add(formal)
    return {name: sorted(known) for name, known in sorted(formals.items())}


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(quoted(word.lower()) for word in words) or "''"


def _one(rules: Rules) -> str:
    """The spelling that stands for all dot-blind domains: they are one provider's."""
    return rules.dot_blind_domains[0] if rules.dot_blind_domains else ""
