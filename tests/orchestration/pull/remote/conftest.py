"""Servers of the tests' own on this machine: OpenSSH for SFTP, and one that speaks S3."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
"""


@dataclass(frozen=True)
class SftpServer:
    """`access` opens it; `host_key` is the line that known_hosts must hold."""

    url: str
    access: dict[str, str]
    host_key: str


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    folder = tmp_path_factory.mktemp("sshd")
    sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert sshd, "sshd is not installed: `apt-get install openssh-server`, as .ci/run does"
    for name in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(CONFIG.format(port=port, folder=folder))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    server = subprocess.Popen([sshd, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=subprocess.PIPE, text=True)
    try:
        said = next((line for line in server.stderr if "Server listening" in line), "")
        assert said, "sshd ended before it listened"
        host_key = f"[127.0.0.1]:{port} " + (folder / "host_key.pub").read_text()
        (folder / "known_hosts").write_text(host_key)
        access = {
            "RAPPORT_SFTP_KEY_FILE": str(folder / "user_key"),
            "RAPPORT_SFTP_KNOWN_HOSTS": str(folder / "known_hosts"),
        }
        yield SftpServer(f"sftp://{getpass.getuser()}@127.0.0.1:{port}", access, host_key)
    finally:
        server.terminate()
        server.wait()
        server.stderr.close()


@dataclass(frozen=True)
class S3Server:
    access: dict[str, str]
    client: object


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    access = {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "the-secret",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    client = boto3.client(
        "s3",
        endpoint_url=access["AWS_ENDPOINT_URL"],
        aws_access_key_id="key",
        aws_secret_access_key="the-secret",
        region_name="us-east-1",
    )
    yield S3Server(access, client)
    client.close()
    server.stop()
