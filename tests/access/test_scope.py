"""Scopes: who may read which area; the store's secret; pseudonyms that name nobody."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.access import Scope, asker_of, require_area, require_role, rotate_key, store_key
from geo.areas import area_table
from geo.errors import GeoError, NotPermitted, StoreError, ViewError
from geo.store import Release
from tests.maps.small import publish_small

DAY = datetime(2025, 3, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("small"))


def test_an_administrator_has_no_area() -> None:
    with pytest.raises(GeoError, match="has no area"):
        Scope("administrator", "S1")


def test_an_unknown_role_is_told_with_those_there_are() -> None:
    with pytest.raises(GeoError, match="public, director, planner, administrator"):
        Scope("king")


def test_roles_are_let_in_by_name() -> None:
    require_role(Scope("administrator"), "administrator", what="The trail")
    with pytest.raises(NotPermitted, match="The trail is for administrator alone"):
        require_role(Scope("planner"), "administrator", what="The trail")


@pytest.mark.parametrize("area", ["S1", "G0"])
def test_ones_own_area_and_what_lies_in_it_may_be_read(small: Release, area: str) -> None:
    # Each refuses by an error; the test below shows that it does.
    require_area(Scope("director", "S1"), small, area)
    require_area(Scope("director"), small, area)
    require_area(Scope("public"), small, None)


@pytest.mark.parametrize("area", [None, "S2", "G8"])
def test_no_other_area_may(small: Release, area: str | None) -> None:
    with pytest.raises(NotPermitted, match="is for S1"):
        require_area(Scope("director", "S1"), small, area)


def test_an_area_that_is_gone_is_nobodys(small: Release) -> None:
    with pytest.raises(NotPermitted, match="has no area S9"):
        require_area(Scope("director", "S9"), small, "S9")
    with pytest.raises(ViewError):
        require_area(Scope("director", "S1"), small, "S9")


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = store_key(tmp_path / "new", "tokens")
    assert (len(first), first) == (32, store_key(tmp_path / "new", "tokens"))
    assert first != store_key(tmp_path / "new", "pseudonyms")
    assert first != store_key(tmp_path / "other", "tokens")
    file = tmp_path / "new" / "secret" / "key"
    if sys.platform != "win32":
        assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert [path.name for path in file.parent.iterdir()] == ["key"]


def test_a_rotated_secret_is_another(tmp_path: Path) -> None:
    before = store_key(tmp_path, "tokens")
    rotate_key(tmp_path)
    assert store_key(tmp_path, "tokens") != before
    assert [path.name for path in (tmp_path / "secret").iterdir()] == ["key"]


def test_a_torn_secret_is_told(tmp_path: Path) -> None:
    store_key(tmp_path, "tokens")
    (tmp_path / "secret" / "key").write_bytes(b"short")
    with pytest.raises(StoreError, match="rotate-key"):
        store_key(tmp_path, "tokens")


def test_pseudonyms_tell_people_and_months_apart_and_hide_both() -> None:
    def pseudonym(*identity: str, key: bytes = b"key", at: datetime = DAY) -> str:
        return asker_of(Scope("public"), *identity, key=key, at=at).pseudonym

    assert pseudonym("issuer", "zhang") == pseudonym("issuer", "zhang", at=DAY.replace(day=1))
    others = [pseudonym("issuer", "li"), pseudonym("issuerz", "hang"), pseudonym("issuer", "zhang", key=b"other")]
    others.append(pseudonym("issuer", "zhang", at=datetime(2025, 4, 1, tzinfo=UTC)))
    assert len({pseudonym("issuer", "zhang"), *others}) == 5
    assert all(len(name) == 12 and "zhang" not in name for name in others)


@pytest.mark.parametrize("role", ["director", "planner"])
def test_a_city_is_an_area_like_any_other(country: Release, role: str) -> None:
    scope = Scope(role, "C0000")
    inside = area_table(country).query("city_id == 'C0000'")
    assert set(inside["level"]) == {"city", "county", "station", "village", "grid"}
    for area in inside.drop_duplicates("level")["area_id"]:
        require_area(scope, country, str(area))
    for other in (None, "N0", "P000", "C0001", *area_table(country).query("city_id == 'C0001'")["area_id"].tail(1)):
        with pytest.raises(NotPermitted, match="is for C0000"):
            require_area(scope, country, other)
