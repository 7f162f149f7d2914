"""`rapport identity`: why contacts are one customer, and putting it right where the rules got it wrong.

Stays out: what the next night makes of a decision (orchestration.identity).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from data_quality.release import connect, current_release
from orchestration.commands.options import HomeOption, console, settings_for, stop
from orchestration.identity import preview as figures
from orchestration.identity import story
from orchestration.identity.overrides import MERGE, SPLIT, Override, add_overrides
from orchestration.identity.warehouse import FOLDER
from orchestration.settings import Settings

app = typer.Typer(help="Identity: why contacts are one customer; merge or split by hand.", no_args_is_help=True)

ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for whoever reads it in a year.")]
PreviewOption = Annotated[bool, typer.Option("--preview", help="Only say what it would do; write nothing.")]


@app.command()
def explain(
    who: Annotated[str, typer.Argument(metavar="ID", help="A customer, or a contact such as zendesk:8123.")],
    home: HomeOption = None,
) -> None:
    """Which contacts a customer is, why each belongs to it and since when, and what changed over time."""
    area = settings_for(home).home / FOLDER
    customer = _customer(area, who)
    _show_members(area, customer)
    history = Table(
        "when", *(Column(name, overflow="fold") for name in ("contact", "was", "became")), "by", title="What changed"
    )
    for change in story.changes(area, [member.contact_id for member in story.members(area, customer)]):
        history.add_row(
            f"{change.changed_at:%Y-%m-%d %H:%M}",
            change.contact_id,
            change.customer_id_before or "",
            change.customer_id or "",
            change.rule,
        )
    console.print(history)


@app.command()
def merge(
    ids: Annotated[list[str], typer.Argument(metavar="ID ID …", help="Customers or contacts that are one person.")],
    reason: ReasonOption = "",
    preview: PreviewOption = False,
    home: HomeOption = None,
) -> None:
    """Say that these are one person. Shows what that does to the figures; the next night does it."""
    settings = settings_for(home)
    area = settings.home / FOLDER
    customers = list(dict.fromkeys(_customer(area, who) for who in ids))
    if len(customers) < 2:
        stop("These are one customer already." if len(ids) > 1 else "Name at least two customers or contacts.")
    _show_merge(settings, customers)
    founders = [story.members(area, customer)[0].contact_id for customer in customers]
    _write(settings, [(MERGE, founders[0], other) for other in founders[1:]], reason, preview)


@app.command()
def split(
    who: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer that is more than one person.")],
    contacts: Annotated[list[str], typer.Argument(metavar="CONTACT …", help="The contacts that are somebody else.")],
    reason: ReasonOption = "",
    preview: PreviewOption = False,
    home: HomeOption = None,
) -> None:
    """Say that these contacts of a customer are somebody else. Shows who goes and who stays; the next night does it."""
    settings = settings_for(home)
    area = settings.home / FOLDER
    customer = _customer(area, who)
    known = [member.contact_id for member in story.members(area, customer)]
    strangers = sorted(set(contacts) - set(known))
    if strangers:
        stop(f"{customer} does not have the contact {', '.join(strangers)}; it has {', '.join(known)}.")
    stay = [contact for contact in known if contact not in contacts]
    if not stay:
        stop("All contacts of the customer would go: name only those that are somebody else.")
    _show_members(area, customer)
    console.print(
        f"{', '.join(contacts)} will be somebody else, with the orders, tickets and messages of these records."
    )
    console.print(f"{', '.join(stay)} stay {customer if known[0] in stay else 'together under an id of their own'}.")
    _write(settings, [(SPLIT, one, other) for one in contacts for other in stay], reason, preview)


def _customer(area: Path, who: str) -> str:
    try:
        return story.customer_of(area, who)
    except story.NobodyKnown as problem:
        stop(str(problem))


def _show_members(area: Path, customer: str) -> None:
    # Ids are copied from here into the next command: folded rather than cut.
    table = Table(Column("contact", overflow="fold"), Column("why", overflow="fold"), "since", title=customer)
    for member in story.members(area, customer):
        table.add_row(member.contact_id, member.in_words(), f"{member.since:%Y-%m-%d}")
    console.print(table)


def _show_merge(settings: Settings, customers: list[str]) -> None:
    release = current_release(settings.home)
    if release is None:
        console.print("No release yet: what the merge does to the figures cannot be told.")
        return
    with connect(release) as connection:
        table = Table(
            Column("customer", overflow="fold"), "orders", "value", "tickets", "open tickets", "segments tonight"
        )
        parts = figures.parts(connection, customers)
        for part in parts:
            segments = ", ".join(part.segments)
            table.add_row(
                part.customer_id, f"{part.orders:,}", f"{part.value:,.2f}", f"{part.tickets}", f"{part.open_tickets}",
                segments,
            )  # fmt: skip
        table.add_section()
        table.add_row(
            "together",
            f"{sum(part.orders for part in parts):,}",
            f"{sum(part.value for part in parts):,.2f}",
            f"{sum(part.tickets for part in parts)}",
            f"{sum(part.open_tickets for part in parts)}",
            "decided anew by the next night",
        )
        console.print(table)
        changed = Table("figure of the company", "now", "then")
        for effect in figures.merge_effects(connection, customers):
            changed.add_row(effect.name, f"{effect.before:,.2f}", f"{effect.after:,.2f}")
        console.print(changed)


def _write(settings: Settings, decided: list[tuple[str, str, str]], reason: str, preview: bool) -> None:
    if preview:
        console.print("A preview: nothing was written.")
        return
    if not reason:
        stop("Say why with --reason: somebody will want to know in a year.")
    today = datetime.now(UTC).date().isoformat()
    path = add_overrides(settings.home, [Override(*decision, reason, today) for decision in decided])
    console.print(f"Written to {path}. The next night does it, and history follows.")
