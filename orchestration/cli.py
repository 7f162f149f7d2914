"""The `rapport` command: one door, a file per group of commands in orchestration/commands/.

Stays out: any work; commands call the same functions that the nightly job calls.
"""

from __future__ import annotations

import gc
import os

import typer

from orchestration.commands import doctor, explain, identity, pull, quarantine, releases, run, segments, serve, sources

app = typer.Typer(
    name="rapport",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def rapport() -> None:
    """Rapport: a warehouse in a box for customers, interactions and scores."""
    # Everything in a home may hold personal data: what any command creates is its owner's alone.
    os.umask(0o077)
    # What a command imports stays to its end: Python need not look through it after every 700 new objects, which took a
    # second of the imports and one of a small company's night.
    gc.set_threshold(50_000)


app.command("run")(run.run)
app.command("demo")(run.demo)
app.command("pull")(pull.pull)
app.command("dashboard")(serve.dashboard)
app.command("dev")(serve.dev)
app.command("doctor")(doctor.doctor)
app.command("explain")(explain.explain)
app.add_typer(sources.app, name="sources")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(segments.app, name="segments")
app.add_typer(identity.app, name="identity")
app.add_typer(releases.app, name="releases")

if __name__ == "__main__":
    app()
