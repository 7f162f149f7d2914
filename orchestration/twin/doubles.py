"""Second records of people, and strangers who look alike: what identity must join, and what it must not.

A double is a person entered once more under another address: with a typing error, under another form of the name, after
a move, with the names swapped. A trap is somebody else who shares a phone, a mailbox, a desk's address or a whole name.
Both stand in one system each and take over some of the orders or tickets of the person they are.
Stays out: records that differ only in capitals or blanks (writers.hubspot), and who is found again (identity).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from orchestration.twin import names
from orchestration.twin.baskets import WALK_IN, Orders
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import NEVER, People
from orchestration.twin.service import Tickets
from orchestration.twin.timeline import YEAR_DAYS, Timeline

FIRST_DOUBLE = 5_000_000
"""Added to a person's number for the records of doubles and traps, so that they have ids of their own."""
SYSTEMS = ("shopify", "hubspot", "zendesk")
DOUBLES = ("typo", "other_name", "moved", "second_email", "swapped")
TRAPS = ("family", "shared_mailbox", "role_address", "recycled_email", "namesake")
OTHER_NAMES = {
    "Ada": "Adelaide", "Bea": "Beatrice", "Benno": "Benjamin", "Finn": "Finnian", "Gwen": "Gwendolyn",
    "Lena": "Helena", "Lotte": "Charlotte", "Nell": "Eleanor", "Nico": "Nicholas", "Nora": "Eleanor",
    "Rafe": "Raphael", "Sol": "Solomon", "Teo": "Theodore", "Vera": "Veronica",
}  # fmt: skip
_NEIGHBOURS = dict(zip("abcdefghijklmnopqrstuvwxyz", "svxsrdgjoimknbipawtyihdzua", strict=True))


@dataclass(frozen=True)
class Doubles:
    """`everyone` is the people of the block and then the doubles and traps; the arrays run over all of them.

    `person_number` is who each record truly is. `kind` is empty for the people themselves. `double_of` is, per person,
    the position of the double who takes over in shop or helpdesk, or -1; `takes_over_day` is when.
    """

    everyone: People
    person_number: np.ndarray
    kind: list[str]
    system: list[str]
    shop_double: np.ndarray
    desk_double: np.ndarray
    takes_over_day: np.ndarray

    def orders(self, orders: Orders) -> Orders:
        """The orders, some under the second account of their buyer."""
        return replace(orders, person=self._handed_over(orders.person, orders.day, self.shop_double))

    def tickets(self, tickets: Tickets) -> Tickets:
        """The tickets, some opened under the second address of whoever asks."""
        return replace(tickets, person=self._handed_over(tickets.person, tickets.day, self.desk_double))

    def _handed_over(self, person: np.ndarray, day: np.ndarray, double_of: np.ndarray) -> np.ndarray:
        known = np.where(person == WALK_IN, 0, person)
        taken = (person != WALK_IN) & (double_of[known] >= 0) & (day >= self.takes_over_day[known])
        return np.where(taken, double_of[known], person)


def draw_doubles(
    people: People, tickets: Tickets, timeline: Timeline, parameters: Parameters, rng: np.random.Generator
) -> Doubles:
    """Doubles and traps for a block, by the shares in `parameters`; none where both are nought."""
    size = len(people)
    if parameters.double_share == parameters.trap_share == 0:
        nobody = np.full(size, -1)
        return Doubles(people, people.number, [""] * size, [""] * size, nobody, nobody, np.full(size, NEVER))
    people = replace(people, phone=_own_phones(people.number))
    draw = rng.random(size)
    doubled = np.flatnonzero(draw < parameters.double_share)
    trapped = np.flatnonzero(
        (draw >= parameters.double_share) & (draw < parameters.double_share + parameters.trap_share)
    )
    source = np.concatenate([doubled, trapped])
    is_trap = np.arange(len(source)) >= len(doubled)
    kind = np.where(is_trap, rng.integers(0, len(TRAPS), len(source)), rng.integers(0, len(DOUBLES), len(source)))
    kinds = [(TRAPS if trap else DOUBLES)[number] for trap, number in zip(is_trap.tolist(), kind.tolist(), strict=True)]
    last_ticket = np.full(size, -1.0)
    asked = tickets.day < timeline.as_of_day
    np.maximum.at(last_ticket, tickets.person[asked], tickets.day[asked])
    system = _systems(people, last_ticket, source, kinds, rng)
    extra = _altered(people, source, kinds, system, timeline, rng)
    everyone = People(**{field.name: _joined(people, extra, field.name) for field in fields(People)})

    position = size + np.arange(len(source))
    shop, desk = np.full(size, -1), np.full(size, -1)
    mine = ~is_trap
    systems = np.array(system)
    shop[source[mine & (systems == "shopify")]] = position[mine & (systems == "shopify")]
    desk[source[mine & (systems == "zendesk")]] = position[mine & (systems == "zendesk")]
    takes_over = np.full(size, NEVER)
    takes_over[source] = people.acquired_day[source] + rng.random(len(source)) * (
        timeline.as_of_day - people.acquired_day[source]
    )
    by_desk = desk >= 0
    takes_over[by_desk] = last_ticket[by_desk]
    truly = np.where(is_trap, FIRST_DOUBLE + people.number[source], people.number[source])
    return Doubles(
        everyone,
        np.concatenate([people.number, truly]),
        [""] * size + kinds,
        [""] * size + system,
        shop,
        desk,
        takes_over,
    )


def _own_phones(number: np.ndarray) -> list[str]:
    """A number for everybody under an area code that nobody has: evidence, where the demo's few numbers are none."""
    scattered = (number * 7_919 % 8_000_000).tolist()
    return [f"+1 555 {200 + digits // 10_000:03d} {digits % 10_000:04d}" for digits in scattered]


def _systems(
    people: People, last_ticket: np.ndarray, source: np.ndarray, kinds: list[str], rng: np.random.Generator
) -> list[str]:
    """Where each second record stands. The shop tells accounts apart by address; the helpdesk knows only who asks."""
    systems = []
    for who, kind, draw in zip(source.tolist(), kinds, rng.random(len(source)).tolist(), strict=True):
        may_be = SYSTEMS if people.is_shopper[who] and last_ticket[who] >= 0 else SYSTEMS[:2]
        if kind in ("shared_mailbox", "recycled_email", "role_address") or not people.is_shopper[who]:
            may_be = ("hubspot",)
        elif kind in TRAPS:
            may_be = SYSTEMS[:2]
        systems.append(may_be[int(draw * len(may_be))])
    return systems


def _altered(
    people: People,
    source: np.ndarray,
    kinds: list[str],
    system: list[str],
    timeline: Timeline,
    rng: np.random.Generator,
) -> People:
    """The records of doubles and traps: copies of their people in which something is another."""
    columns = {
        field.name: [getattr(people, field.name)[who] for who in source.tolist()]
        if isinstance(getattr(people, field.name), list)
        else getattr(people, field.name)[source]
        for field in fields(People)
    }
    extra = People(**columns)
    draws = rng.random((len(source), 8))
    for row, (who, kind) in enumerate(zip(source.tolist(), kinds, strict=True)):
        _alter(extra, row, kind, people.number[who].item(), draws[row])
        if kind in DOUBLES:
            _forget_phone(extra, row, kind, system[row], draws[row])
    extra.number = people.number[source] + FIRST_DOUBLE
    systems = np.array(system)
    later = extra.acquired_day + rng.random(len(source)) * (timeline.as_of_day - extra.acquired_day)
    recycled = np.array([kind == "recycled_email" for kind in kinds])
    # An address is given to somebody else only when its first holder has long been silent.
    later = np.where(recycled, np.minimum(extra.acquired_day + 3 * YEAR_DAYS, timeline.as_of_day - 1), later)
    extra.is_shopper = systems == "shopify"
    extra.hubspot_day = np.where(systems == "hubspot", later, NEVER)
    extra.mailchimp_day = np.full(len(source), NEVER)
    extra.acquired_day = later
    return extra


def _alter(extra: People, row: int, kind: str, number: int, draw: np.ndarray) -> None:
    given, family = extra.first_name[row], extra.last_name[row]
    domain = names.MAIL_DOMAINS[int(draw[0] * len(names.MAIL_DOMAINS))]
    if kind == "typo":
        if draw[1] < 0.5 and len(given) >= 5:
            extra.first_name[row] = _mistype(given, draw[2])
        else:
            extra.last_name[row] = _mistype(family, draw[2])
    elif kind == "other_name":
        extra.first_name[row] = OTHER_NAMES.get(given, given)
    elif kind == "swapped":
        extra.first_name[row], extra.last_name[row] = family, given
    elif kind == "moved":
        _move(extra, row, draw)
    elif kind in ("family", "shared_mailbox", "recycled_email", "role_address"):
        extra.first_name[row] = _another(given, draw[1])
        if kind == "recycled_email":
            extra.last_name[row] = names.SURNAMES[int(draw[2] * len(names.SURNAMES))]
    if kind in ("recycled_email", "role_address", "namesake"):
        _move(extra, row, draw)
        extra.phone[row] = _own_phones(np.array([FIRST_DOUBLE + number]))[0]
    if kind == "role_address":
        desk = (
            f"{('info', 'sales', 'office')[int(draw[5] * 3)]}@{names.COMPANY_STARTS[number % 20].lower()}shop.example"
        )
        extra.email[row] = desk
    elif kind not in ("shared_mailbox", "recycled_email"):
        extra.email[row] = _second_address(given, family, number, domain, draw[3])


def _forget_phone(extra: People, row: int, kind: str, system: str, draw: np.ndarray) -> None:
    """Half of the second accounts in the shop have no phone; elsewhere one in seven is mistyped."""
    if system == "shopify" and kind != "moved" and draw[6] < 0.5:
        extra.phone[row] = ""
    elif system != "shopify" and draw[6] < 0.15:
        extra.phone[row] = extra.phone[row][:-1] + str(int(draw[7] * 10))


def _mistype(name: str, draw: float) -> str:
    """One slip of the fingers after the first letter: two letters swapped, one left out, doubled or its neighbour."""
    place = 1 + int(draw * (len(name) - 2))
    before, letter, after = name[:place], name[place], name[place + 1 :]
    slips = (before + after[:1] + letter + after[1:], before + after, before + letter * 2 + after,
             before + _NEIGHBOURS.get(letter, letter) + after)  # fmt: skip
    return slips[int(draw * 997) % len(slips)]


def _another(given: str, draw: float) -> str:
    """A given name that nobody would take for a slip of the other."""
    others = [name for name in names.FIRST_NAMES if name[:2] != given[:2] and name[-2:] != given[-2:]]
    return others[int(draw * len(others))]


def _move(extra: People, row: int, draw: np.ndarray) -> None:
    extra.address[row] = f"{1 + int(draw[4] * 398)} {names.STREETS[int(draw[1] * len(names.STREETS))]}"
    extra.zip_code[row] = f"{501 + int(draw[2] * 99_000):05d}"
    extra.city[row] = int(draw[5] * len(names.CITIES))


def _second_address(given: str, family: str, number: int, domain: str, draw: float) -> str:
    """The private address of somebody known by another: initials, a nickname with a year, or the plain name."""
    year = 50 + number % 50
    forms = (f"{given[0]}{family}{number % 1000}", f"{given}{year}.{number % 9973}", f"{family}.{given}.{number % 997}")
    return f"{forms[int(draw * len(forms))]}@{domain}".lower()


def _joined(people: People, extra: People, name: str) -> list | np.ndarray:
    ours, theirs = getattr(people, name), getattr(extra, name)
    return ours + theirs if isinstance(ours, list) else np.concatenate([ours, theirs])
