"""Settings: the only module that reads the environment, once, and says everything that is wrong at the same time.

Belongs here: places, schedules and secrets.
Stays out: business numbers (dbt vars), model knobs (beside the model), publish thresholds (data_quality.audit).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT_DIR = REPOSITORY / "dbt_project"


CREDENTIALS = {
    "hubspot": ("HUBSPOT_URL", "HUBSPOT_ACCESS_TOKEN"),
    "mailchimp": ("MAILCHIMP_URL", "MAILCHIMP_API_KEY"),
    "salesforce": ("SALESFORCE_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"),
    "shopify": ("SHOPIFY_URL", "SHOPIFY_CLIENT_ID", "SHOPIFY_CLIENT_SECRET"),
    "zendesk": ("ZENDESK_URL", "ZENDESK_EMAIL", "ZENDESK_API_TOKEN"),
}
"""What must be set for a source to be pulled. Who sets one of a source's names must set them all."""
DSN = "RAPPORT_DSN"
"""`RAPPORT_DSN_<SOURCE>` is the connection string of the database that a source's tables are read from."""
LANDING_ACCESS = (
    "RAPPORT_SFTP_KEY_FILE",
    "RAPPORT_SFTP_PASSWORD",
    "RAPPORT_SFTP_KNOWN_HOSTS",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
)
"""What opens the remote folders of RAPPORT_LANDING_URLS."""


class SettingsError(ValueError):
    """The environment is incomplete or wrong; the message lists every problem."""


@dataclass(frozen=True)
class Settings:
    """Where a company's Rapport lives and when its night begins."""

    home: Path
    project_dir: Path = PROJECT_DIR
    nightly_cron: str = "0 2 * * *"
    timezone: str = "UTC"
    dashboard_port: int = 8501
    dagster_port: int = 3000
    # Source → name → value; kept out of every printed form.
    credentials: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    # Source → address of a remote folder; and what opens them.
    landing_urls: Mapping[str, str] = field(default_factory=dict)
    landing_access: Mapping[str, str] = field(default_factory=dict, repr=False)
    # Sources that will bring nothing more and are not called stale for it.
    retired_sources: frozenset[str] = frozenset()

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def fetched(self) -> list[str]:
        """The sources that nobody has to drop, by name."""
        return sorted({*self.credentials, *self.landing_urls})

    @property
    def pii_key_file(self) -> Path:
        return self.home / "keys" / "pii.key"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"


def read_settings(environment: Mapping[str, str] | None = None, home: Path | None = None) -> Settings:
    """Settings from `environment` (default: the process's); `home` wins over RAPPORT_HOME.

    Raises SettingsError that names every variable with a bad value.
    """
    env = os.environ if environment is None else environment
    problems: list[str] = []

    def port(name: str, default: int) -> int:
        text = env.get(name, str(default))
        if text.isdigit() and 0 < int(text) < 65536:
            return int(text)
        problems.append(f"{name}={text!r} is not a port number")
        return default

    cron = env.get("RAPPORT_NIGHTLY_CRON", Settings.nightly_cron)
    # Dagster checks the fields themselves when the schedule is built.
    if len(cron.split()) != 5:
        problems.append(f"RAPPORT_NIGHTLY_CRON={cron!r} is not a cron expression such as '0 2 * * *'")
    timezone = env.get("RAPPORT_TIMEZONE", Settings.timezone)
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(f"RAPPORT_TIMEZONE={timezone!r} is not an IANA time zone such as 'Europe/Berlin'")

    settings = Settings(
        home=(home or Path(env.get("RAPPORT_HOME", REPOSITORY / "var"))).expanduser().resolve(),
        project_dir=Path(env.get("RAPPORT_PROJECT", PROJECT_DIR)).expanduser().resolve(),
        nightly_cron=cron,
        timezone=timezone,
        dashboard_port=port("RAPPORT_DASHBOARD_PORT", Settings.dashboard_port),
        dagster_port=port("RAPPORT_DAGSTER_PORT", Settings.dagster_port),
        credentials=_credentials(env, problems),
        landing_urls=_landing_urls(env, problems),
        landing_access={name: env[name] for name in LANDING_ACCESS if env.get(name)},
        retired_sources=frozenset(env.get("RAPPORT_RETIRED_SOURCES", "").split()),
    )
    if settings.home.exists() and not settings.home.is_dir():
        problems.append(f"RAPPORT_HOME={settings.home} is not a directory")
    if not (settings.project_dir / "dbt_project.yml").is_file():
        problems.append(f"RAPPORT_PROJECT={settings.project_dir} has no dbt_project.yml")
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def _credentials(env: Mapping[str, str], problems: list[str]) -> dict[str, dict[str, str]]:
    """The credentials of every source that has any, complete; what is missing or unsafe goes to `problems`."""
    found = {source: {name: env[name] for name in names if env.get(name)} for source, names in CREDENTIALS.items()}
    for source, values in found.items():
        if values:
            problems += [
                f"{name} is missing, which {source} needs" for name in CREDENTIALS[source] if name not in values
            ]
        for name, value in values.items():
            if name.endswith("_URL") and not _is_safe(value):
                problems.append(f"{name}={value!r} is not an https:// address")
    databases = {
        name.removeprefix(f"{DSN}_").lower(): {DSN: value}
        for name, value in env.items()
        if name.startswith(f"{DSN}_") and value
    }
    problems += [
        f"{DSN}_{name.upper()}: {name} is fetched from its own API" for name in databases if name in CREDENTIALS
    ]
    return {source: values for source, values in found.items() if values} | databases


def _landing_urls(env: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    found = {}
    for said in env.get("RAPPORT_LANDING_URLS", "").split():
        source, _, url = said.partition("=")
        address = urlsplit(url)
        if address.password:
            problems.append(
                f"RAPPORT_LANDING_URLS: the address of {source} holds a password; set RAPPORT_SFTP_PASSWORD"
            )
        elif not source or address.scheme not in ("sftp", "s3") or not address.hostname:
            problems.append(
                f"RAPPORT_LANDING_URLS: {said!r} is not SOURCE=sftp://user@host/folder or SOURCE=s3://bucket/folder"
            )
        found[source] = url
    return found


def _is_safe(url: str) -> bool:
    """Secrets travel encrypted, or not beyond this machine."""
    address = urlsplit(url)
    return bool(address.hostname) and (
        address.scheme == "https" or (address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost"))
    )
