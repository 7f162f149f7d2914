"""Date formats as regular expressions: ISO 8601, or Python's strptime directives, in English.

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


def pattern_of(date_format: str | None) -> str:
    """The regular expression of a strptime format, or of ISO 8601 for None.

    Raises ContractError for a directive that intake does not read, and for a format that names a part twice.
    """
    if date_format is None:
        return f"^(?:{ISO})$"
    pieces = []
    for directive, text in re.findall(r"%(.)|([^%]+)", date_format, flags=re.DOTALL):
        if directive and directive not in _DIRECTIVES:
            raise ContractError(f"format {date_format!r} uses %{directive}, which intake cannot read")
        pieces.append(_DIRECTIVES[directive] if directive else re.sub(r"(\\?\s)+", r"\\s+", re.escape(text)))
    pattern = "(?i)^" + "".join(pieces) + "$"
    try:
        parts = re.compile(pattern).groupindex.keys()
    except re.error as fault:
        raise ContractError(f"format {date_format!r} names a part of the date twice") from fault
    if ("I" in parts) != ("p" in parts):
        raise ContractError(f"format {date_format!r} needs %I and %p together")
    if not ({"Y", "y"} & parts and {"m", "b", "B"} & parts and "d" in parts):
        raise ContractError(f"format {date_format!r} does not name year, month and day")
    return pattern
