"""A folder in a store that speaks S3: new and changed objects are copied, by their tags."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.pull.context import Pulled
from orchestration.pull.remote_folder import fetch_folder
from orchestration.settings import SettingsError, read_settings

NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)


@pytest.fixture
def bucket(s3_server: Any) -> str:
    name = f"exports-{uuid4()}"
    s3_server.client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def put(s3_server: Any, bucket: str) -> Callable[[str, bytes], None]:
    return lambda key, content: s3_server.client.put_object(Bucket=bucket, Key=key, Body=content)


@pytest.fixture
def fetch(s3_server: Any, bucket: str, tmp_path: Path) -> Callable[..., Pulled]:
    def run(folder: str = "shop", **access: str) -> Pulled:
        return fetch_folder("shop", f"s3://{bucket}/{folder}", s3_server.access | access, tmp_path, NOW)

    return run


def landed(home: Path) -> dict[str, bytes]:
    folder = home / "landing" / "shop"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_new_and_changed_objects_are_copied_and_others_are_not_copied_again(fetch, put, tmp_path) -> None:
    put("shop/orders.csv.gz", bytes(range(256)))
    put("shop/2026/customers.csv", b"two")
    put("shop/2026/", b"")
    put("shopping/other.csv", b"of somebody else")
    assert len(fetch().files) == 2
    assert landed(tmp_path) == {"fetched/orders.csv.gz": bytes(range(256)), "fetched/2026/customers.csv": b"two"}
    # As long as before, and written within the same second.
    put("shop/2026/customers.csv", b"TWO")
    assert [file.name for file in fetch().files] == ["customers.csv"]
    assert landed(tmp_path)["fetched/2026/customers.csv"] == b"TWO"
    assert fetch().files == []


def test_an_object_whose_name_leads_out_of_the_folder_is_told_and_not_copied(fetch, put, tmp_path) -> None:
    put("shop/../../../keys/pii.key", b"x")
    put("shop/orders.csv", b"one")
    assert fetch().failures == ["../../../keys/pii.key: the name leads out of the folder"]
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*") if path.is_file()} == {
        "landing/shop/fetched/orders.csv",
        "pull/fetched/shop.json",
        "pull/shop-fetched.json",
    }


def test_a_prefix_below_which_nothing_lies_yet_is_empty_and_a_bucket_that_is_not_there_is_a_failure(
    fetch, s3_server, tmp_path
) -> None:
    assert fetch().failures == []
    (told,) = fetch_folder("shop", "s3://nobodys-bucket/x", s3_server.access, tmp_path, NOW).failures
    assert "does not exist" in told


def test_a_store_that_does_not_answer_is_told_without_the_secret(fetch, monkeypatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    (told,) = fetch(AWS_ENDPOINT_URL="http://127.0.0.1:9").failures
    assert "127.0.0.1:9" in told
    assert "the-secret" not in told


def test_the_command_copies_what_the_environment_names(put, s3_server, bucket, tmp_path, monkeypatch) -> None:
    put("shop/orders_export_1.csv", b"Name\n")
    for name, value in s3_server.access.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RAPPORT_LANDING_URLS", f"shopify=s3://{bucket}/shop")
    ran = CliRunner().invoke(app, ["pull", "shopify", "--home", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "landing/shopify/fetched/orders_export_1.csv").read_bytes() == b"Name\n"


@pytest.mark.parametrize("said", ["shopify", "s3://bucket/x", "shopify=ftp://host/x", "shopify=s3:///x"])
def test_an_address_that_cannot_be_read_is_named(said: str) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_LANDING_URLS"):
        read_settings({"RAPPORT_LANDING_URLS": said})


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as problem:
        read_settings({"RAPPORT_LANDING_URLS": "shopify=sftp://me:hunter2@files.example/out"})
    assert "RAPPORT_SFTP_PASSWORD" in str(problem.value)
    assert "hunter2" not in str(problem.value)
