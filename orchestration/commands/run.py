"""`rapport run` and `rapport demo`: the nightly job, started by hand, with a summary at its end."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from rich.markup import escape

from data_quality.release import current_release
from orchestration.commands.options import HomeOption, console, settings_for, stop
from orchestration.pull.progress import stale_sources
from orchestration.settings import Settings

DEMO_AS_OF = date(2026, 11, 1)
"""The demo's night is fixed, so that the same estate gives the same numbers on any day."""

AsOfOption = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="First day not seen, YYYY-MM-DD (default: today).")
]


def run(as_of: AsOfOption = "", home: HomeOption = None) -> None:
    """Take what has landed through the whole walk to an audited release."""
    if as_of:
        try:
            date.fromisoformat(as_of)
        except ValueError:
            stop(f"--as-of {as_of!r} is not a date such as 2026-11-01")
    _run_and_tell(settings_for(home), as_of)


def demo(
    customers: Annotated[int, typer.Option(min=100, help="How many customers to generate.")] = 3000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same company.")] = 1,
    home: HomeOption = None,
) -> None:
    """Generate the exports of a company that does not exist, and run the night on them."""
    from orchestration.twin.estate import LABEL, generate

    settings = settings_for(home)
    if any(settings.landing.glob("*/*")) and not (settings.home / LABEL).exists():
        stop(f"{settings.landing} holds real exports; give the demo a home of its own with --home DIR.")
    console.print(f"Generating the exports of {customers:,} customers who do not exist …")
    generate(settings.home, customers, DEMO_AS_OF, seed, on_progress=console.print)
    _run_and_tell(settings, DEMO_AS_OF.isoformat())


def _run_and_tell(settings: Settings, as_of: str) -> None:
    # Dagster takes seconds to import; `rapport --help` should not wait for it.
    from orchestration.nightly import run_nightly
    from orchestration.summary import print_summary

    failure = run_nightly(settings, as_of)
    if failure:
        release = current_release(settings.home)
        seen = f"release {release.release_id}" if release else "no release yet"
        stop(f"The run failed. Readers see {seen}.\n{failure}")
    print_summary(settings, console)
    for stale in stale_sources(settings.home):
        console.print(f"[yellow]stale[/yellow] {escape(stale.in_words())}")
