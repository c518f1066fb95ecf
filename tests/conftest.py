"""Fixtures of all rooms.

`db` (or the mark `django_db`) is a database whose changes are rolled back, empty unless the test takes a world
(`tests/worlds.py`); `own_database`, `maritime_database` and `demo_database` are fresh copies that one test has for
itself, for threads, other processes and whatever commits; `site` serves a demo database by the real `tongban serve`;
`page` is a tab of Chromium on that site.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import memory, plugin, sites, worlds
from tests.own_database import OwnDatabase, aim, connected_to
from tests.stores import Store
from tests.worlds import WORLDS, world_of
from tongban.casework.models import Draft

COPIES = count(1)

# A machine that is busy is no fault of what is tried: no example has to be quick.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("django_db")
        if (mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid}: the journal cannot be flushed; take own_database.")
    # What touches no database is the same on both: it is tried on SQLite, which every test knows.
    if config.stash[plugin.store].name != "sqlite":
        items[:] = [item for item in items if _touches_database(item)]


def _touches_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or not {"db", "store"}.isdisjoint(
        getattr(item, "fixturenames", ())
    )


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """What a test leaves in the memory of the process is undone, like what it writes in `db`."""
    with memory.as_before():
        yield


@pytest.fixture(scope="session")
def store(pytestconfig: pytest.Config) -> Store:
    return pytestconfig.stash[plugin.store]


@pytest.fixture(scope="session")
def template(store: Store, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database with all tables and no rows."""
    store.create("template")
    with django_db_blocker.unblock(), connected_to(store.url("template")):
        call_command("migrate", verbosity=0)
    return "template"


@pytest.fixture(scope="session")
def demo_template(store: Store, template: str, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database with the demo loaded: catalogue, people, registries; and a worker has done its round."""
    store.copy(template, "demo_template")
    for words in (["demo", "load"], ["worker", "--once"]):
        process = OwnDatabase(store.url("demo_template")).command(*words)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
    return "demo_template"


@pytest.fixture(scope="session")
def enter(store: Store, template: str, django_db_blocker: DjangoDbBlocker) -> Callable[[str], None]:
    """Make the database of a world; a second time does nothing."""

    @cache
    def make(name: str) -> None:
        world = WORLDS[name]
        if world.on:
            make(world.on)
        with django_db_blocker.unblock(), connected_to(store.url(name)):
            store.copy(world.on or template, name)
            with transaction.atomic():
                world.enter()
                connection.run_on_commit.clear()

    return make


@pytest.fixture
def django_db_setup(request: pytest.FixtureRequest, store: Store, enter: Callable[[str], None]) -> None:
    """The database of `db`: tests roll back what they write, so one copy of each world serves them all."""
    world = world_of(request.fixturenames)
    enter(world)
    aim(store.url(world))


@pytest.fixture
def demo_people(db: None) -> None:
    """The demo people on 2 March 2026."""


@pytest.fixture
def maritime(db: None) -> None:
    """Everything prepared for maritime applications on 2 March 2026."""


@pytest.fixture
def drafted(maritime: None) -> Draft:
    """A draft for all seventeen maritime matters in which nothing is missing."""
    return Draft.objects.get(pk=worlds.the_draft())


@pytest.fixture
def submitted(maritime: None) -> str:
    """An application for all seventeen maritime matters."""
    return worlds.the_application()


@pytest.fixture
def confirmed(submitted: str) -> str:
    """And the co-applicant has confirmed."""
    return submitted


@pytest.fixture
def accepted(confirmed: str) -> str:
    """And the clerk has accepted."""
    return confirmed


@pytest.fixture
def opined(accepted: str) -> str:
    """And every desk that is asked has spoken."""
    return accepted


@pytest.fixture
def crowd_of_applications(maritime: None) -> None:
    """Thousands of maritime applications, of which three can be worked on."""


@pytest.fixture
def joint_matters(maritime: None) -> None:
    """Some joint matters, signed by three regions, beside the maritime ones."""


@pytest.fixture
def certifying(joint_matters: None) -> None:
    """And whoever decides them can sign certificates."""


@pytest.fixture
def one_standard(db: None) -> None:
    """One joint standard in force, three provinces and a county that offer it, and stewards who keep it."""


@pytest.fixture
def two_standards(db: None) -> None:
    """Two joint standards, an agreement, and the people of three regions who may sign a batch."""


@pytest.fixture
def recognised(db: None) -> None:
    """A haulier of Tianjin holds certificates of Tianjin, which Beijing recognises, on 2 March 2026."""


@pytest.fixture
def at_window(recognised: None) -> None:
    """Halls of Hebei may take in what that haulier asks for in Beijing: by offers, and one by extension."""


@pytest.fixture
def two_halls(db: None) -> None:
    """A hall in Hebei and one in Tianjin, whose matters take every route between them, since 5 January 2026."""


@pytest.fixture
def moving(db: None) -> None:
    """Companies that can move from one region to another, and ask for their retained input tax there."""


def _copy(
    store: Store, template: str, request: pytest.FixtureRequest, blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        pytest.fail("A test takes either db, which is rolled back, or a database of its own.")
    name = f"own_{next(COPIES)}"
    with blocker.unblock(), connected_to(store.url(name)):
        store.copy(template, name)
        yield OwnDatabase(store.url(name))
    store.drop(name)


@pytest.fixture
def own_database(
    store: Store, template: str, request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """A fresh database with all tables and no rows; this process and its threads speak to it."""
    yield from _copy(store, template, request, django_db_blocker)


@pytest.fixture
def maritime_database(
    store: Store, enter: Callable[[str], None], request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """A fresh database with everything prepared for maritime applications; this process and its threads speak to it."""
    enter("maritime")
    yield from _copy(store, "maritime", request, django_db_blocker)


@pytest.fixture
def demo_database(
    store: Store, demo_template: str, request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """A fresh database with the demo loaded; this process and its threads speak to it."""
    yield from _copy(store, demo_template, request, django_db_blocker)


@pytest.fixture
def site(demo_database: OwnDatabase, tmp_path: Path) -> Iterator[sites.Site]:
    """The demo, served by `tongban serve` on a port of its own."""
    with sites.serve(demo_database, tmp_path / "serve.log") as site:
        yield site


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that the camera of the browser sees, to be written before it is opened (YUV4MPEG2)."""
    return tmp_path_factory.mktemp("camera") / "film.y4m"


@pytest.fixture(scope="session")
def browser(camera: Path) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; Django would take its queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TONGBAN_BROWSER", "/usr/bin/chromium"),
            args=[
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={camera}",
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
            ],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, site: sites.Site) -> Iterator[Page]:
    """A tab of Chromium on the site; what its console complains of fails the test."""
    with sites.tab(browser, site) as page:
        yield page
