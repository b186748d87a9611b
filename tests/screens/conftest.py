"""What holds for every test of a screen."""

from functools import cache

import pytest
from streamlit import config
from streamlit.components.v2 import manifest_scanner

from screens.background import panel


@pytest.fixture(scope="package", autouse=True)
def components_looked_for_once():
    """Look once through the installed packages for components: each app of AppTest would look through all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def a_page_without_a_browser_waits(monkeypatch):
    """Let a page that AppTest runs wait for its work: no browser runs it again when the work is over."""
    monkeypatch.setattr(panel, "QUICK_SECONDS", 600)


@pytest.fixture(autouse=True)
def a_library_of_its_own(tmp_path, monkeypatch):
    """Keep what a test saves out of the user's own library."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'library.sqlite'}")


@pytest.fixture(autouse=True)
def an_app_for_this_machine_alone(request):
    """Serve this machine alone, as config.toml says: a test in a folder of its own does not see that file."""
    before = config.get_option("server.address")
    if "access" not in request.path.parts:
        config.set_option("server.address", "localhost")
    yield
    config.set_option("server.address", before)
