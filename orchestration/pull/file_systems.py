"""Opening a remote folder: SFTP with known host keys only, S3 and what speaks like it.

Stays out: which files are copied (remote_folder).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import botocore.exceptions
import paramiko
import s3fs
from fsspec import AbstractFileSystem
from fsspec.implementations.sftp import SFTPFileSystem

SECONDS = 30
"""For each step of a connection, and for each answer to a request."""
FAULTS = (
    OSError,
    EOFError,
    paramiko.SSHException,
    botocore.exceptions.BotoCoreError,
    botocore.exceptions.ClientError,
)


class OnlyKnownHosts(paramiko.MissingHostKeyPolicy):
    """Refuses a host whose key is not in the file: it may be somebody else."""

    def __init__(self, known_hosts: Path) -> None:
        self._file = known_hosts

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        known = paramiko.HostKeys(str(self._file)) if self._file.exists() else paramiko.HostKeys()
        if not known.check(hostname, key):
            shown = b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
            raise paramiko.SSHException(
                f"the key of {hostname} ({key.get_name()} SHA256:{shown}) is not in known_hosts"
            )


@contextmanager
def opened(url: str, access: Mapping[str, str]) -> Iterator[tuple[AbstractFileSystem, str]]:
    """The file system of an `sftp://` or `s3://` address, and the folder in it. Raises one of FAULTS."""
    if urlsplit(url).scheme == "s3":
        yield _s3(access), url.removeprefix("s3://").rstrip("/")
        return
    files = _sftp(url, access)
    try:
        yield files, urlsplit(url).path.rstrip("/") or "/"
    finally:
        files.client.close()


def _s3(access: Mapping[str, str]) -> s3fs.S3FileSystem:
    """Without keys, whatever the machine is allowed: a role, a profile."""
    return s3fs.S3FileSystem(
        key=access.get("AWS_ACCESS_KEY_ID"),
        secret=access.get("AWS_SECRET_ACCESS_KEY"),
        token=access.get("AWS_SESSION_TOKEN"),
        endpoint_url=access.get("AWS_ENDPOINT_URL"),
        config_kwargs={"connect_timeout": SECONDS, "read_timeout": SECONDS},
        skip_instance_cache=True,
    )


def _sftp(url: str, access: Mapping[str, str]) -> SFTPFileSystem:
    address = urlsplit(url)
    known_hosts = Path(access.get("RAPPORT_SFTP_KNOWN_HOSTS", "~/.ssh/known_hosts")).expanduser()
    own = {"key_filename": "RAPPORT_SFTP_KEY_FILE", "password": "RAPPORT_SFTP_PASSWORD"}
    said = {option: access[name] for option, name in own.items() if name in access}
    files = SFTPFileSystem(
        address.hostname,
        port=address.port or 22,
        username=address.username,
        host_key_policy=OnlyKnownHosts(known_hosts),
        timeout=SECONDS,
        banner_timeout=SECONDS,
        auth_timeout=SECONDS,
        # What is set here is meant; the user's own keys and agent are for when nothing is.
        look_for_keys=not said,
        allow_agent=not said,
        skip_instance_cache=True,
        **said,
    )
    files.ftp.get_channel().settimeout(SECONDS)
    return files
