"""The pages in a real browser, at a desk and on a phone: visible, whole, no wider than the screen, kept as pictures."""

from __future__ import annotations

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from .conftest import APP, BUSY, PAGES, POISON, facts_of

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANSWERS = {
    "overview": "Revenue, 30 days",
    "actions": "Leave alone",
    "customer": "Seen last",
    "segments": "What to do:",
    "campaigns": "Ordered in 30 days",
    "churn": "Expected to leave",
    "value": "Next 365 days, predicted",
    "service": "First reply, median",
    "sla": "Promises kept",
    "sales": "Win rate by count",
    "contact": "Had to explain again",
    "revenue": "Net revenue",
    "products": "Products sold",
    "next-product": "A, then B",
    "health": "Rows accounted for",
}
"""What must stand on the first screen of each page, without scrolling."""
TITLES = {"next-product": "Next product", "sla": "SLA"}
PATIENCE = 60_000


@pytest.fixture(scope="module")
def address(full_home: Path) -> Iterator[str]:
    """The real server over the full release, on a free port; ended by its own process id."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", APP, "--server.port", str(port), "--", "--home", full_home]
    log = (full_home / "server.log").open("w", encoding="utf-8")
    server = subprocess.Popen(command, cwd=APP.parents[1], stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/_stcore/health", server, full_home / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """One visitor, who keeps what was loaded once: a page's own scripts take longer than the page."""
    chromium = shutil.which("chromium")
    assert chromium, "no chromium on the path: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened.new_context()
        opened.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """Where the screenshots of this run lie."""
    return tmp_path_factory.mktemp("screenshots")


def _wait_until_up(health: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        assert server.poll() is None, f"the server ended: {log.read_text(encoding='utf-8')}"
        try:
            with urllib.request.urlopen(health, timeout=2):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.25)
    pytest.fail(f"the server did not start: {log.read_text(encoding='utf-8')}")


def _open(browser: BrowserContext, address: str, path: str, size: tuple[int, int]) -> tuple[Page, list[str]]:
    """The page once it is drawn, and the addresses outside this machine that it asked for."""
    outside: list[str] = []
    page = browser.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.on("request", lambda request: None if address in request.url else outside.append(request.url))
    page.goto(f"{address}/{path}")
    page.get_by_text("Rapport 0.1.0").wait_for(timeout=PATIENCE)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(300)
    return page, [url for url in outside if not url.startswith(("data:", "blob:", "ws:"))]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_in_a_browser(browser, address, pictures, name) -> None:
    """At a desk, and in the same window made as narrow as a phone."""
    page, outside = _open(browser, address, "" if name == "overview" else name, SIZES["desk"])
    try:
        answer = page.get_by_text(ANSWERS[name], exact=False).first
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            expect(page.get_by_role("heading", name=TITLES.get(name, name.capitalize()), level=1)).to_be_visible()
            for words in (page.get_by_text("Data up to"), page.get_by_text("Generated demo data"), answer):
                expect(words).to_be_visible(timeout=PATIENCE)
            page.screenshot(path=pictures / f"{name}-{size}.png")
            if size == "desk":
                box = answer.bounding_box()
                assert box["y"] + box["height"] < height, "the answer is below the first screen"
            for kind in ("stException", "stAlertContentError"):
                assert page.get_by_test_id(kind).count() == 0
            needed = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
            shown = page.evaluate("document.querySelector('[data-testid=stMain]').clientWidth")
            assert needed <= shown, f"{name} is {needed - shown} pixels wider than the screen of a {size}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert (pictures / f"{name}-{size}.png").stat().st_size > 10_000
        assert not outside, "a page asks for nothing outside its server"
    finally:
        page.close()


def test_no_number_is_cut_off(browser, address) -> None:
    page, _ = _open(browser, address, "sales", SIZES["phone"])
    try:
        cut = page.evaluate(
            """[...document.querySelectorAll('[data-testid=stMetric] p')]
               .flatMap(p => [p, p.parentElement]).filter(box => box.scrollWidth > box.clientWidth + 1)
               .map(box => box.textContent)"""
        )
        assert cut == []
    finally:
        page.close()


def test_a_link_in_a_list_leads_to_that_customer(browser, address, full_home) -> None:
    page, _ = _open(browser, address, "customer", SIZES["desk"])
    try:
        grid = page.get_by_test_id("stDataFrame").first.bounding_box()
        page.mouse.move(grid["x"] + 60, grid["y"] + 52)  # the first row below the header; a table follows the pointer
        page.wait_for_timeout(500)
        with page.context.expect_page(timeout=PATIENCE) as opened:
            page.mouse.click(grid["x"] + 60, grid["y"] + 52)
        there = opened.value
        there.get_by_role("heading", name="What comes next").wait_for(timeout=PATIENCE)
        latest = "select customer_id from marts.dim_customers order by last_interaction_at desc nulls last, 1 limit 1"
        who = facts_of(full_home, latest)[0][0]
        assert there.url.endswith(f"/customer?customer={who}")
        expect(there.get_by_label("Find a customer by id, name or e-mail")).to_have_value(who, timeout=PATIENCE)
        there.close()
    finally:
        page.close()


def test_a_name_cannot_call_another_server(browser, address) -> None:
    page, outside = _open(browser, address, f"customer?customer={BUSY}", SIZES["phone"])
    try:
        expect(page.get_by_text(POISON)).to_be_visible()
        assert not outside
    finally:
        page.close()


def test_no_table_offers_a_download_of_its_own(browser, address) -> None:
    page, _ = _open(browser, address, "churn", SIZES["desk"])
    try:
        page.get_by_test_id("stDataFrame").nth(1).hover()
        expect(page.get_by_role("button", name="Fullscreen: Customers in the High churn band")).to_be_visible()
        for button in page.locator("button[aria-label^='Download as CSV']").all():
            expect(button).not_to_be_visible()
    finally:
        page.close()


def test_the_downloaded_segment_holds_every_member(browser, address, full_home, tmp_path) -> None:
    page, _ = _open(browser, address, "segments", SIZES["desk"])
    try:
        with page.expect_download(timeout=PATIENCE) as download:
            page.get_by_role("button", name="Download CSV").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
    finally:
        page.close()
    segment = path.name[: -len("_2026-01-01.csv")]
    members = facts_of(
        full_home,
        "select customer_id, reason from segments.customer_segments where segment_name = $segment order by 1",
        segment=segment,
    )
    read = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert [tuple(row) for row in read[1:]] == members
    assert len(members) > 0


def test_the_server_listens_on_this_machine_only(address) -> None:
    port = int(address.rsplit(":", 1)[1])
    listening = {
        line.split()[1].split(":")[0]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if os.path.exists(table)
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) == port
    }
    assert listening == {"0100007F"}
