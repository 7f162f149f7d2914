"""Packed files: damage, bombs, tricks with names, and members that nobody takes."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from orchestration.intake import streams
from orchestration.intake.load import Refused

CONTENT = b"Order ID,Quantity,Note\n" + b"".join(b"%05d,%d,note %d\n" % (n, n, n * 7919) for n in range(2_000))


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_gz_is_read_and_known_by_its_content(shop) -> None:
    load = shop.take("orders.csv.gz", gzip.compress(CONTENT))
    assert (load.status, load.rows_loaded, load.member) == ("loaded", 2_000, None)
    again = shop.take("orders_again.csv", CONTENT)
    assert again.status == "already_loaded"
    assert again.reason == "same content as orders.csv.gz, loaded 2026-11-01 02:30 UTC"
    assert again.load_id == load.load_id


def test_flipped_bits_in_a_gz_never_pass(shop) -> None:
    """A reader without checksums lets 40 % of these through; none may load, whatever bit is hit."""
    whole = gzip.compress(CONTENT)
    dice = random.Random(7)
    for at in dice.sample(range(10, len(whole)), 60):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << dice.randrange(8)
        load = shop.take("orders.csv.gz", bytes(damaged))
        assert load.status == "refused", at
        assert load.reason.startswith("cannot be read: ")
    assert shop.rows().height == 0


@pytest.mark.parametrize("keep", [5, 15, 500, -4])
def test_a_cut_gz_is_refused(shop, keep: int) -> None:
    load = shop.take("orders.csv.gz", gzip.compress(CONTENT)[:keep])
    assert load.status == "refused"
    assert "cannot be read" in load.reason


def test_every_member_of_a_zip_is_a_load_of_its_own(shop) -> None:
    packed = zipped(
        {"by-day/orders_10.csv": CONTENT, "by-day/orders_2.csv": CONTENT[:-1] + b"!\n", "readme.txt": b"hello"}
    )
    shop.land("drop.zip", packed)
    loads = shop.run()
    assert [(load.file, load.member, load.status, load.rows_loaded) for load in loads] == [
        ("drop.zip", "by-day/orders_2.csv", "loaded", 2_000),
        ("drop.zip", "by-day/orders_10.csv", "loaded", 2_000),
        ("drop.zip", "readme.txt", "refused", 0),
    ]
    assert loads[2].reason == "no declared table takes it"
    assert loads[2].table == ""
    assert set(shop.column("_source_file")) == {"drop.zip!by-day/orders_2.csv", "drop.zip!by-day/orders_10.csv"}


def test_a_damaged_member_is_refused_and_its_neighbours_load(shop) -> None:
    packed = bytearray(zipped({"orders_1.csv": CONTENT, "orders_2.csv": CONTENT + b"x,1,\n"}, zipfile.ZIP_STORED))
    packed[packed.index(b"00007,7") + 1] ^= 1
    shop.land("drop.zip", bytes(packed))
    first, second = shop.run()
    assert (first.status, second.status) == ("refused", "loaded")
    assert "Bad CRC-32" in first.reason


def test_names_that_point_outside_hidden_and_encrypted_members_are_refused(shop) -> None:
    members = {"../orders_1.csv": CONTENT, "/orders_2.csv": CONTENT, "C:\\orders_3.csv": CONTENT}
    members |= {"__MACOSX/orders_4.csv": b"x", "._orders_5.csv": b"x", "orders_6.csv": CONTENT}
    packed = bytearray(zipped(members))
    entry = packed.rindex(b"PK\x01\x02")  # the directory entry of the last member
    packed[entry + 8] |= 1  # its flag: encrypted
    shop.land("drop.zip", bytes(packed))
    outside = "its name in the archive points outside the archive"
    assert {load.member: load.reason for load in shop.run()} == {
        "../orders_1.csv": outside,
        "/orders_2.csv": outside,
        "C:\\orders_3.csv": outside,
        "__MACOSX/orders_4.csv": "no declared table takes it",
        "._orders_5.csv": "no declared table takes it",
        "orders_6.csv": "is encrypted",
    }
    assert shop.rows().height == 0


@pytest.mark.parametrize("content", [b"not a zip", b"PK\x03\x04" + b"\0" * 40, zipped({"a.csv": CONTENT})[:-30]])
def test_what_is_no_zip_is_refused(shop, content: bytes) -> None:
    (load,) = (shop.land("drop.zip", content), shop.run())[1]
    assert load.status == "refused"
    assert load.reason.startswith("is not a readable zip archive: ")


def test_an_empty_archive_and_empty_members_are_refused(shop) -> None:
    shop.land("a.zip", zipped({}))
    shop.land("b.zip", zipped({"orders.csv": b""}))
    shop.land("c.csv.gz", gzip.compress(b""))
    shop.land("orders.csv.gz", gzip.compress(b""))
    assert {load.file: load.reason for load in shop.run()} == {
        "a.zip": "is an archive without files",
        "b.zip": "is empty",
        "c.csv.gz": "no declared table takes it",
        "orders.csv.gz": "is empty",
    }


def test_bombs_are_refused_before_they_go_off(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LARGEST_UNPACKED", 10 * 2**20)
    zeros = b"0" * (11 * 2**20)
    shop.land("orders.csv.gz", gzip.compress(zeros))
    shop.land("drop.zip", zipped({"orders_1.csv": zeros}))
    dense = random.Random(1).randbytes(100_000)
    shop.land("padded.zip", zipped({"orders_1.csv": zeros, "noise.bin": dense}))
    loads = {load.source_file: load for load in shop.run()}
    for name in ("orders.csv.gz", "drop.zip", "padded.zip!orders_1.csv"):
        assert loads[name].status == "refused"
        assert "times its packed size" in loads[name].reason


def test_a_bomb_is_refused_before_an_eighth_of_a_gibibyte_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    with gzip.open(path, "wb", compresslevel=6) as packed:
        for _ in range(160):
            packed.write(bytes(2**20))
    with streams.open_file(path) as stream:
        with pytest.raises(Refused, match="unpacks to more than 128 MiB and more than 200 times its packed size"):
            streams.fingerprint(stream)
        assert stream.size <= 128 * 2**20 + streams.BLOCK_BYTES


def test_well_packed_but_honest_files_pass(shop) -> None:
    rows = b"".join(b"%07d,1,\n" % number for number in range(50_000))
    assert shop.take("orders.csv.gz", gzip.compress(b"Order ID,Quantity,Note\n" + rows)).rows_loaded == 50_000


def test_a_gz_in_capitals_inside_folders_is_found(shop) -> None:
    shop.land("2026/11/orders.csv.GZ", gzip.compress(CONTENT))
    (load,) = shop.run()
    assert (load.status, load.file) == ("loaded", str(Path("2026/11/orders.csv.GZ")))
