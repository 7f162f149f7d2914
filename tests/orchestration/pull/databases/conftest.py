"""A PostgreSQL server of the tests' own: made, started on a socket, ended and removed.

PostgreSQL refuses to run as root, so that its own user runs it there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PASSWORD = "correct horse"


@pytest.fixture(scope="session")
def password() -> str:
    return PASSWORD


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The connection string of a fresh cluster's superuser."""
    folder = Path(tempfile.mkdtemp(prefix="rapport-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    data, secret = folder / "data", folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)

    def run(program: str, *options: str) -> None:
        said = folder / f"{program}.log"
        with said.open("w") as log:
            done = subprocess.run(
                [*as_user, binary(program), *options], cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        assert done.returncode == 0, said.read_text()

    try:
        run("initdb", "-D", str(data), "-U", "owner", f"--pwfile={secret}", "--auth=scram-sha-256", "-E", "UTF8")
        only_a_socket = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "server.log"), "-o", only_a_socket, "start")
        try:
            yield f"host={folder} user=owner dbname=postgres password='{PASSWORD}'"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def binary(program: str) -> str:
    """Debian keeps the server's programs beside the path, by version."""
    found = shutil.which(program) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), None)
    assert found, f"{program} is not installed: `apt-get install postgresql`, as .ci/run does"
    return found
