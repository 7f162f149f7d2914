"""Nothing that lands is passed over: every file is loaded, known, refused or waited for, and said to be."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from orchestration.intake import loading
from orchestration.intake.load import Load, all_loads

GOOD = "Order ID,Quantity,Note\nA,1,x\n"


def statuses(loads: list[Load]) -> dict[str, tuple[str, str | None]]:
    return {f"{load.source}/{load.file}": (load.status, load.reason) for load in loads}


def test_every_landed_file_gets_a_load(shop) -> None:
    shop.land("orders.csv", GOOD)
    shop.land("orders_2.csv.part", GOOD)
    shop.land("orders_3.csv.tmp", GOOD)
    shop.land("orders_4.csv.crdownload", GOOD)
    shop.land(".orders_5.csv", GOOD)
    shop.land("orders_6.csv", "")
    shop.land("payments.csv", GOOD)
    shop.land("orders.csv", GOOD, source="shopp")
    (shop.home / "landing/stray.csv").write_text(GOOD)
    os.mkfifo(shop.home / "landing/shop/orders_7.csv")
    (shop.home / "landing/shop/orders_8.csv").symlink_to("nowhere")
    (shop.home / "landing/shop/more").symlink_to(shop.home)
    waiting = ("waiting", "has the name of a hidden file or of one that is still being written")
    assert statuses(shop.run()) == {
        "shop/orders.csv": ("loaded", None),
        "shop/orders_2.csv.part": waiting,
        "shop/orders_3.csv.tmp": waiting,
        "shop/orders_4.csv.crdownload": waiting,
        "shop/.orders_5.csv": waiting,
        "shop/orders_6.csv": ("refused", "is empty"),
        "shop/orders_7.csv": ("refused", "is not a regular file"),
        "shop/orders_8.csv": ("refused", "cannot be opened: No such file or directory"),
        "shop/more": ("refused", "is a link to a folder, which is not followed"),
        "shop/payments.csv": ("refused", "no declared table takes it"),
        "shopp/orders.csv": ("refused", "no source named 'shopp' is declared"),
        "/stray.csv": ("refused", "lies outside the folder of a source"),
    }


def test_nothing_landed_is_nothing_loaded(shop) -> None:
    assert shop.run() == []
    assert all_loads(shop.home) == []


def test_the_second_night_loads_nothing_again_and_changes_nothing(shop) -> None:
    shop.land("orders.csv", GOOD)
    shop.land("bad.csv", GOOD)
    shop.run()
    before = all_loads(shop.home)
    again = shop.run(datetime(2026, 11, 2))
    assert [load.status for load in again] == ["refused", "already_loaded"]
    assert again[1].reason == "same content as orders.csv, loaded 2026-11-01 02:30 UTC"
    assert all_loads(shop.home) == before
    assert shop.rows().height == 1


def test_the_same_content_is_loaded_per_table(shop) -> None:
    shop.declare([{"name": "id", "header": "Order ID"}], table="payments")
    shop.land("orders.csv", GOOD)
    shop.land("payments.csv", GOOD)
    first, second = shop.run()
    assert (first.status, second.status) == ("loaded", "loaded")
    assert first.load_id != second.load_id
    assert first.sha256 == second.sha256


def test_all_loads_tells_loads_and_refusals_in_full(shop) -> None:
    shop.land("orders.csv", GOOD + "B,two,y\n")
    shop.land("payments.csv", GOOD)
    shop.land("orders_2.csv.part", GOOD)
    loads = [load for load in shop.run() if load.status != "waiting"]
    assert sorted(all_loads(shop.home), key=lambda load: load.file) == sorted(loads, key=lambda load: load.file)


def test_a_mended_file_clears_its_refusal(shop) -> None:
    shop.take("orders.csv", "no header\n")
    assert [load.status for load in all_loads(shop.home)] == ["refused"]
    shop.take("orders.csv", GOOD)
    assert [load.status for load in all_loads(shop.home)] == ["loaded"]


def test_a_table_declared_later_takes_the_file_and_clears_its_refusal(shop) -> None:
    shop.take("payments.csv", GOOD)
    shop.declare([{"name": "id", "header": "Order ID"}], table="payments")
    shop.run()
    assert [(load.table, load.status) for load in all_loads(shop.home)] == [("payments", "loaded")]


def test_the_refusal_of_a_file_that_was_taken_away_is_remembered(shop) -> None:
    path = shop.land("payments.csv", GOOD)
    shop.run()
    path.unlink()
    shop.run()
    assert [load.file for load in all_loads(shop.home)] == ["payments.csv"]


def test_files_of_one_night_are_stamped_in_the_natural_order_of_their_names(shop) -> None:
    for number in (10, 9, 1):
        shop.land(f"orders_{number}.csv", f"Order ID,Quantity,Note\n{number},1,x\n")
    loads = shop.run()
    assert [load.file for load in loads] == ["orders_1.csv", "orders_9.csv", "orders_10.csv"]
    assert [load.loaded_at for load in loads] == sorted({load.loaded_at for load in loads})
    assert loads[2].loaded_at - loads[0].loaded_at == timedelta(microseconds=2)


def test_an_aware_moment_is_kept_as_naive_utc(shop) -> None:
    shop.land("orders.csv", GOOD)
    (load,) = shop.run(datetime.fromisoformat("2026-11-01T02:30:00+02:00"))
    assert load.loaded_at == datetime(2026, 11, 1, 0, 30)
    assert shop.column("_loaded_at") == [datetime(2026, 11, 1, 0, 30)]
    assert load.loaded_at.replace(tzinfo=UTC)


def test_a_file_that_changes_while_it_is_read_waits(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.land("orders.csv", GOOD)

    def fingerprint_then_more(stream, honest=loading.fingerprint):
        content = honest(stream)
        path.write_text(GOOD + "B,2,y\n")
        return content

    monkeypatch.setattr(loading, "fingerprint", fingerprint_then_more)
    (load,) = shop.run()
    assert (load.status, load.reason) == ("waiting", "changed while it was being read")
    assert shop.rows().height == 0


def test_rows_that_do_not_reconcile_stop_everything(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.land("orders.csv", GOOD + "B\n")
    monkeypatch.setattr(loading.QuarantinedRows, "add", lambda self, record: None)
    with pytest.raises(loading.RowsDoNotReconcile, match=r"shop/orders.csv: 2 rows read, but 1 loaded and 0 quar"):
        shop.run()
    assert shop.rows().height == 0
    assert all_loads(shop.home) == []


def test_one_line_of_progress_a_file(shop) -> None:
    shop.land("orders.csv", GOOD + "B\n")
    shop.land("payments.csv", GOOD)
    shop.run()
    assert shop.said == [
        "shop/orders.csv: loaded: 1 rows, 1 quarantined",
        "shop/payments.csv: refused: no declared table takes it",
    ]


def test_a_file_name_that_is_not_utf_8_is_shown_escaped(shop) -> None:
    shop.land("x", "")
    folder = os.fsencode(shop.home / "landing/shop")
    (shop.home / "landing/shop/x").unlink()
    with open(folder + b"/orders_\xff.csv", "w") as file:
        file.write(GOOD)
    (load,) = shop.run()
    assert (load.status, load.file) == ("loaded", "orders_\\xff.csv")
    assert all_loads(shop.home) == [load]
