"""Phone numbers in one spelling: E.164, by the rules of the country they are dialled in.

Parsing a number costs a hundred times more than looking it up, so the caller keeps what was parsed (see records).
Stays out: whose number it is, and whether it identifies anybody (keys).
"""

from __future__ import annotations

SHORTEST = 7
"""Digits below which a number is an extension or a short code, which every company has."""
LONGEST = 40
"""Characters above which a cell is a remark that holds a number."""
COUNTRIES = {
    "united states": "US", "united states of america": "US", "usa": "US", "canada": "CA", "united kingdom": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "ireland": "IE", "germany": "DE", "deutschland": "DE",
    "austria": "AT", "österreich": "AT", "switzerland": "CH", "schweiz": "CH", "france": "FR", "spain": "ES",
    "españa": "ES", "italy": "IT", "italia": "IT", "portugal": "PT", "netherlands": "NL", "belgium": "BE",
    "luxembourg": "LU", "denmark": "DK", "sweden": "SE", "norway": "NO", "finland": "FI", "poland": "PL",
    "czechia": "CZ", "czech republic": "CZ", "hungary": "HU", "romania": "RO", "greece": "GR", "turkey": "TR",
    "israel": "IL", "united arab emirates": "AE", "south africa": "ZA", "nigeria": "NG", "india": "IN",
    "china": "CN", "中国": "CN", "hong kong": "HK", "taiwan": "TW", "japan": "JP", "south korea": "KR",
    "singapore": "SG", "malaysia": "MY", "indonesia": "ID", "philippines": "PH", "thailand": "TH", "vietnam": "VN",
    "australia": "AU", "new zealand": "NZ", "mexico": "MX", "brazil": "BR", "brasil": "BR", "argentina": "AR",
    "chile": "CL", "colombia": "CO", "eire": "IE", "channel islands": "JE",
}  # fmt: skip


def region_of(country: str | None, default: str) -> str:
    """The two-letter region of a country as exports write it; `default` where that cannot be told."""
    from phonenumbers import SUPPORTED_REGIONS

    word = (country or "").strip()
    if word.upper() in SUPPORTED_REGIONS:
        return word.upper()
    return COUNTRIES.get(word.lower(), default)


def e164(text: str, region: str) -> str | None:
    """`text` as +<country><number>, with its extension if it has one; None when it cannot be somebody's number.

    Possible rather than valid numbers are taken: ranges are opened faster than tables of them age. The extension stays,
    because the number before it is a whole company's.
    """
    import phonenumbers

    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(text.strip().lstrip("'"), region)
    except phonenumbers.NumberParseException:
        return None
    digits = str(number.national_number)
    if len(digits) < SHORTEST or len(set(digits)) == 1 or not phonenumbers.is_possible_number(number):
        return None
    spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{spelled};{number.extension}" if number.extension else spelled
