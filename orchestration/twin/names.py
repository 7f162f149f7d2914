"""The vocabulary of people, companies and places; all invented.

Belongs here: word lists and the fixed staff of the generated company.
Stays out: who gets which name (people, sales).
"""

from __future__ import annotations

from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Ada Alva Amos Anya Arlo Aster Bea Benno Bram Calla Caspar Cleo Cora Dalia Dario Delia Edda Eli Elio Ember Enid "
    "Esme Ezra Fern Finn Flora Freya Gia Gwen Hale Hana Hugo Ida Ines Iris Isak Ivo Jara Jonah Juno Kai Kira Lars "
    "Leda Lena Levi Lior Lotte Luca Mabel Mara Mila Milo Nadia Nell Nico Nora Odette Olin Orla Otis Petra Pia Quinn "
    "Rafe Ravi Remy Rhea Rosa Rune Sana Selma Silas Sol Tamsin Teo Thea Tova Uma Vera Viggo Wanda Wren Yara Yusuf Zara"
)
SURNAMES = tuple(
    first + second
    for first in _words(
        "Alder Ash Bram Brack Cald Clay Dun East Fair Fen Gar Hather Holm Kes Lang Mar Nether Oak Pen Quill Rook Sel "
        "Thorn Under Wether"
    )
    for second in _words("moor well thwaite ridge combe shaw by")
)
MAIL_DOMAINS = _words("brightpost.example mailnook.example postfern.example letterbox.example quickpine.example")

COMPANY_STARTS = _words(
    "Al Bel Cor Dal El Fal Gor Hel Il Jor Kel Lun Mir Nor Or Pel Quin Ral Sol Tal Ul Vel Wex Yar Zel"
)
COMPANY_MIDDLES = _words("a e i o u an en in on un ar er ir or ur ast est ist")
COMPANY_ENDS = _words("bex cor dane fex gate hart ion kor lex mont nix phor quil rix sand tex vane wick xon zen")
COMPANY_TRADES = (
    ("Logistics", "Transportation"),
    ("Interiors", "Design"),
    ("Hotels", "Hospitality"),
    ("Catering", "Food & Beverages"),
    ("Studios", "Design"),
    ("Clinics", "Hospital & Health Care"),
    ("Foods", "Food & Beverages"),
    ("Tools", "Machinery"),
    ("Systems", "Information Technology"),
    ("Gardens", "Environmental Services"),
    ("Partners", "Management Consulting"),
    ("Schools", "Education"),
    ("Energy", "Utilities"),
)

COMPANY_FORMS = ("", " Group", " and Sons", " Company")

STREETS = tuple(
    f"{name} {kind}"
    for name in _words(
        "Alder Birch Canal Dairy Elm Foundry Granary Harbour Juniper Lantern Millrace Orchard Pebble Tannery"
    )
    for kind in ("Street", "Lane", "Avenue")
)
CITIES = (
    ("Northmere", "NY", "New York"),
    ("Alderport", "CA", "California"),
    ("Brackwater", "TX", "Texas"),
    ("Fenholm", "WA", "Washington"),
    ("Selby Falls", "OH", "Ohio"),
    ("Thornbay", "MA", "Massachusetts"),
    ("Oakreach", "IL", "Illinois"),
    ("Claymont Springs", "CO", "Colorado"),
    ("Rookhaven", "OR", "Oregon"),
    ("Dunmoor", "GA", "Georgia"),
)
COUNTRIES = (("United States", "US"), ("Canada", "CA"), ("United Kingdom", "GB"), ("Germany", "DE"))
COUNTRY_SHARES = (0.82, 0.08, 0.06, 0.04)
AREA_CODES = (202, 212, 303, 312, 404, 503, 614, 617, 713, 206)

CHANNELS = ("email", "phone", "chat", "web")

OWNERS = (
    "Tamsin Fairwell", "Ravi Holmshaw", "Odette Langridge", "Bram Kescombe", "Juno Penthwaite", "Silas Oakby",
    "Nadia Brackmoor", "Hugo Selridge", "Edda Marwell", "Teo Quillshaw",
)  # fmt: skip


class Agent(NamedTuple):
    """One member of the helpdesk: `group` indexes GROUPS."""

    user_id: int
    name: str
    group: int
    role: str


GROUPS = ((360_001, "tier_1"), (360_002, "tier_2"), (360_003, "billing"), (360_004, "returns"))
_AGENT_NAMES = (
    "Calla Ashwell", "Levi Dunridge", "Mila Fencombe", "Otis Garthwaite", "Petra Hathermoor", "Rune Claywell",
    "Sana Eastby", "Viggo Netherby", "Wanda Rookwell", "Ivo Thornshaw", "Lotte Underridge", "Nell Wethercombe",
    "Rafe Caldmoor", "Thea Alderby", "Uma Pencombe", "Yusuf Langshaw", "Enid Oakthwaite", "Dario Selmoor",
)  # fmt: skip
AGENTS = tuple(
    Agent(38_000_001 + number, name, (0, 0, 0, 1, 2, 3)[number % 6], "admin" if number == 0 else "agent")
    for number, name in enumerate(_AGENT_NAMES)
)
