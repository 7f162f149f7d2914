"""Date formats as regular expressions: ISO 8601, or Python's strptime directives, in English.

Brackets hold what may be left out, ` | ` separates spellings of one column: `%Y-%m-%d[ %H:%M[:%S]] | %Y/%m/%d`.

Belongs here: which text a format accepts; groups are named after their directive (Y, m, d, H, …).
Stays out: the calendar and time zones (moments).
"""

from __future__ import annotations

import re

from data_quality.contracts import ContractError

_OFFSET = r"(?P<z>Z|UTC|[+-](?:0[0-9]|1[0-9]|2[0-3]):?[0-5][0-9])"
_HOUR, _SIXTY = "2[0-3]|[0-1][0-9]|[0-9]", "[0-5][0-9]|[0-9]"
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
TWICE = "names a part of the date twice"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ISO = (
    r"(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"
    r"(?:[T ](?P<H>[0-9]{2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]+))?)?[ ]?" + _OFFSET + "?)?"
)
"""`YYYY-MM-DD[ T]HH:MM[:SS[.f]][Z|±HH:MM|±HHMM| ±HHMM| UTC]`, the time being optional."""

_DIRECTIVES = {
    "Y": "(?P<Y>[0-9]{4})",
    "y": "(?P<y>[0-9]{2})",
    "m": "(?P<m>1[0-2]|0[1-9]|[1-9])",
    "B": "(?P<B>" + "|".join(MONTHS) + ")",
    "b": "(?P<b>" + "|".join(month[:3] for month in MONTHS) + ")",
    "d": "(?P<d>3[0-1]|[1-2][0-9]|0[1-9]|[1-9])",
    "A": "(?:" + "|".join(_DAYS) + ")",
    "a": "(?:" + "|".join(day[:3] for day in _DAYS) + ")",
    "H": f"(?P<H>{_HOUR})",
    "I": "(?P<I>1[0-2]|0[1-9]|[1-9])",
    "p": "(?P<p>am|pm)",
    "M": f"(?P<M>{_SIXTY})",
    "S": f"(?P<S>{_SIXTY})",
    "f": "(?P<f>[0-9]{1,6})",
    "z": _OFFSET,
    "Z": "(?P<z>UTC|GMT)",
    "%": "%",
}


def patterns_of(date_format: str | None) -> list[str]:
    """The regular expressions of a format, one per spelling; that of ISO 8601 for None.

    Raises ContractError for a directive that intake does not read, for a format that names a part twice, and for
    spellings that could read one text as two different days.
    """
    if date_format is None:
        return [f"^(?:{ISO})$"]
    patterns = [_pattern_of(spelling) for spelling in date_format.split(" | ")]
    # 03/04 is in March or in April: only spellings that agree on what stands where are spellings of one column.
    orders = {tuple(part for part in re.compile(pattern).groupindex if part in "YymbBdI") for pattern in patterns}
    if len(orders) > 1:
        raise ContractError(f"format {date_format!r} has spellings that write year, month and day in different ways")
    return patterns


def _pattern_of(date_format: str) -> str:
    pieces = []
    for directive, text in re.findall(r"%(.)|([^%]+)", date_format, flags=re.DOTALL):
        if directive and directive not in _DIRECTIVES:
            raise ContractError(f"format {date_format!r} uses %{directive}, which intake cannot read")
        pieces.append(_DIRECTIVES[directive] if directive else _literal(text))
    pattern = "(?i)^" + "".join(pieces) + "$"
    try:
        parts = re.compile(pattern).groupindex.keys()
    except re.error as fault:
        why = "has unbalanced brackets" if "parenthesis" in str(fault) or "subpattern" in str(fault) else TWICE
        raise ContractError(f"format {date_format!r} {why}") from fault
    if ("I" in parts) != ("p" in parts):
        raise ContractError(f"format {date_format!r} needs %I and %p together")
    if not ({"Y", "y"} & parts and {"m", "b", "B"} & parts and "d" in parts):
        raise ContractError(f"format {date_format!r} does not name year, month and day")
    return pattern


def _literal(text: str) -> str:
    """What stands between directives: any run of blanks for a blank, brackets around what may be left out."""
    escaped = re.sub(r"(\\?\s)+", r"\\s+", re.escape(text))
    return escaped.replace(r"\[", "(?:").replace(r"\]", ")?")
