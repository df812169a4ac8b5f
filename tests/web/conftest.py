"""A real server on a free port, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from psoas.web.settings import LOOPBACK, Settings, sqlite_url

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


HOSTS = (*LOOPBACK, "testserver")  # the last is the name that the test client gives


def settings(folder: Path, **more) -> Settings:
    """A database in the folder, open to the test client."""
    return Settings(sqlite_url(folder / "p.sqlite3"), hosts=HOSTS, **more)


class Server:
    """The app as a process of its own, with its own folder of data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self, port: int = 0) -> None:
        command = [sys.executable, "-m", "psoas", "serve", "--port", str(port), "--no-browser"]
        env = os.environ | {"PSOAS_DATA": str(self.folder)}
        self.log = (self.folder / "log.txt").open("a")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True, env=env)
        line = self.process.stdout.readline()
        assert "open at" in line, (self.folder / "log.txt").read_text()
        self.url = line.split()[-1].rstrip("/")

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """kill -9: no warning, no time to tidy up."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("data"))
    yield running
    running.kill()


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    found = os.environ.get("PSOAS_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium: NOT RUN"
    return found


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


class Visit:
    """A browser page that notes every request, and does what a person does."""

    def __init__(self, browser, server, **options) -> None:
        self.server = server
        self.context = browser.new_context(viewport={"width": 390, "height": 800}, **options)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.set_default_timeout(8000)

    def close(self) -> None:
        """Nothing may have been asked of another origin, and nothing may have gone wrong in the page."""
        outside = [url for url in self.requests if not url.startswith(self.server.url)]
        self.context.close()
        assert outside == []
        assert [fault for fault in self.faults if "422" not in fault and "404" not in fault] == []

    # what a person does -------------------------------------------------------------------------------

    def begin(self, who: str = "self", country: str = "gb") -> None:
        self.page.goto(self.server.url + "/")
        self.page.check(f"input[name=who][value={who}]")
        self.page.select_option("#country", country)
        self.submit()

    def submit(self) -> None:
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def items(self) -> list[str]:
        return [field.get_attribute("value") for field in self.page.locator("input[name=item]").all()]

    def answer(self, person: dict) -> None:
        """Fill the page in front of us from what the person knows; everything else is a no. Then go on."""
        page = self.page
        if page.locator("#area-list").count():
            for area in person.get("areas", []):
                page.check(f"#area-{area}")
            if not person.get("areas"):
                page.check("#nowhere")
        for item in self.items:
            value = person.get(item, False)
            if page.locator(f"#tick-{item}").count():
                page.set_checked(f"#tick-{item}", value is True)
            elif page.locator(f"input[type=radio][name=f-{item}]").count():
                self.choose(item, value)
            elif page.locator(f"#f-{item}").count():
                self.number(item, value)
        for none in page.locator("input[name^=none-]").all():
            lines = none.locator("xpath=ancestor::fieldset").locator("input[name=tick]:checked").count()
            if not lines:
                none.check()
        self.submit()

    def choose(self, item: str, value) -> None:
        words = {True: "yes", False: "no", None: "unsure"}
        wanted = words.get(value, value) if not isinstance(value, str) else value
        field = self.page.locator(f"input[type=radio][name=f-{item}][value={wanted}]")
        (field if field.count() else self.page.locator(f"input[name=f-{item}]").last).check()

    def number(self, item: str, value) -> None:
        if value is None or value is False:
            self.page.check(f"#f-{item}-unsure")
        else:
            self.page.fill(f"#f-{item}", str(value))

    def go_on(self, person: dict, until: str = "Check your answers", most: int = 60) -> list[str]:
        """Answer page after page until the heading `until`; the headings on the way."""
        seen = []
        for _ in range(most):
            seen.append(self.title)
            if self.title == until:
                return seen
            if self.title == "Before we answer":
                self.page.click("text=All still right")
            else:
                self.answer(person)
        raise AssertionError(f"never came to {until!r}: {seen}")

    def to_result(self, person: dict) -> None:
        """Answer all danger questions and see the answer."""
        self.begin()
        self.go_on(person)
        self.page.locator("text=See the answer").first.click()
        self.page.wait_for_load_state()

    def say(self, value) -> None:
        """Answer the question in front of us, about the source: yes or no, or a number."""
        item = self.items[0]
        yes_or_no = isinstance(value, bool) or value is None
        wanted = (30 if value else value) if yes_or_no and self.page.locator("input[type=text]").count() else value
        self.answer({item: wanted})

    def more(self, value=True, most: int = 25) -> list[tuple[str, str]]:
        """Answer every further question alike, until the list; each question with its reason."""
        seen = []
        self.page.click("text=Answer a few more questions")
        while "/source" in self.page.url:
            seen.append((self.items[0], self.page.locator(".reason").inner_text()))
            assert len(seen) <= most, seen
            self.say(value)
        return seen

    @property
    def sources(self) -> str:
        return self.page.locator(".origin").inner_text()


@pytest.fixture
def visit(browser, server):
    made = []

    def start(**options) -> Visit:
        made.append(Visit(browser, server, **options))
        return made[-1]

    yield start
    for one in made:
        one.close()
