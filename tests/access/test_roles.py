"""Roles: what claims are worth, and what a file of roles may not say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from geo.access import Roles, Scope, read_roles
from geo.errors import GeoError, NotPermitted
from geo.resources import resource

NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)
HEAD = '[sign_in]\nunmatched = "public"\nanonymous = "public"\nhours = 10\n'
GRANT = '[[grant]]\nrole = "director"\nclaim = "groups"\nmatches = \'station-(?P<area>\\d{6})\'\n'


def roles_of(tmp_path: Path, text: str) -> Roles:
    file = tmp_path / "roles.toml"
    file.write_text(text, encoding="utf-8")
    return read_roles(file)


@pytest.mark.parametrize(
    ("claims", "scope"),
    [
        ({"groups": ["maplegrid-administrators"]}, Scope("administrator")),
        ({"groups": "maplegrid-planners"}, Scope("planner")),
        ({"groups": ["staff", "maplegrid-county"]}, Scope("director")),
        ({"groups": ["staff", "station-990101"]}, Scope("director", "990101")),
        # The first grant that holds counts.
        ({"groups": ["station-990101", "maplegrid-planners"]}, Scope("planner")),
    ],
)
def test_the_delivered_file_gives_each_role(claims: dict[str, Any], scope: Scope) -> None:
    assert read_roles(resource("roles.toml")).scope_of(claims) == scope


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"groups": []},
        {"groups": None},
        {"groups": 7},
        {"groups": [["maplegrid-planners"], {"x": "maplegrid-planners"}]},
        {"groups": {"maplegrid-planners": True}},
        {"Groups": ["maplegrid-planners"]},
        {"groups": ["maplegrid-planners "]},
        {"groups": ["MAPLEGRID-PLANNERS"]},
        {"groups": ["xstation-990101"]},
        {"groups": ["station-990101x"]},
        {"groups": ["station-990101\n"]},
        # Digits of other scripts.
        {"groups": ["station-\u0669\u0669\u0660\u0661\u0660\u0661"]},
        {"groups": ["station-"]},
    ],
)
def test_claims_that_are_nearly_right_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(NotPermitted, match="no role"):
        read_roles(resource("roles.toml")).scope_of(claims)


def test_nobody_gets_two_areas(tmp_path: Path) -> None:
    roles = roles_of(tmp_path, HEAD + GRANT)
    with pytest.raises(NotPermitted, match="several areas"):
        roles.scope_of({"groups": ["station-990101", "station-990102"]})
    assert roles.scope_of({"groups": ["station-990101", "station-990101"]}) == Scope("director", "990101")


def test_who_has_no_role_is_the_public_where_the_file_says_so(tmp_path: Path) -> None:
    assert roles_of(tmp_path, HEAD + GRANT).scope_of({"groups": ["staff"]}) == Scope("public")


def test_an_area_that_the_expression_left_empty_is_not_all_of_it(tmp_path: Path) -> None:
    text = HEAD + '[[grant]]\nrole = "director"\nclaim = "g"\nmatches = \'st(?P<area>\\d+)?(?:-x)?\'\n'
    assert roles_of(tmp_path, text).scope_of({"g": ["st"]}) == Scope("public")


@pytest.mark.parametrize("name", ["realm_access.roles", "https://fenglin.example/roles"])
def test_claims_lie_in_claims_or_have_dots_in_their_names(tmp_path: Path, name: str) -> None:
    text = HEAD + f'[[grant]]\nrole = "planner"\nclaim = "{name}"\nequals = "p"\n'
    claims = {"realm_access": {"roles": ["p"]}, "https://fenglin.example/roles": ["p"]}
    assert roles_of(tmp_path, text).scope_of(claims) == Scope("planner")


@pytest.mark.parametrize(
    ("iat", "fresh"),
    [(0, True), (-10 * 3600 + 1, True), (-10 * 3600, False), (60, True), (3600, False), (None, False), (True, False)],
)
def test_claims_are_taken_for_true_for_some_hours(tmp_path: Path, iat: int | None, fresh: bool) -> None:
    issued = int(NOW.timestamp()) + iat if type(iat) is int else iat
    assert roles_of(tmp_path, HEAD + GRANT).is_fresh({"iat": issued}, now=NOW) is fresh


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"roles.toml, \[sign_in\]: missing\. Remedy"),
        (HEAD, r"roles.toml, \[\[grant\]\]: missing\. Remedy"),
        (HEAD + "[other]\n" + GRANT, r"\[other\]: no such table"),
        (HEAD + 'what = "x"\n' + GRANT, r"\[sign_in\], key what: not known"),
        (HEAD.replace("10", "0") + GRANT, r"\[sign_in\], key hours: is 0"),
        (HEAD.replace("10", "true") + GRANT, r"\[sign_in\], key hours: is True"),
        (HEAD.replace('unmatched = "public"', 'unmatched = "planner"') + GRANT, r"key unmatched: is 'planner'"),
        (HEAD + GRANT.replace("director", "boss"), r"\[\[grant\]\] 1, key role: there is no role 'boss'"),
        (HEAD + GRANT + GRANT.replace("director", "administrator"), r"\[\[grant\]\] 2, key area"),
        (HEAD + GRANT.replace("director", "public"), r"\[\[grant\]\] 1, key area"),
        (HEAD + GRANT.replace("groups", "email"), r"key claim: email tells of a person"),
        (HEAD + GRANT.replace("groups", "user.sub"), r"key claim: user.sub tells of a person"),
        (HEAD + GRANT + 'equals = "x"\n', r"keys equals and matches: one of them"),
        (HEAD + '[[grant]]\nrole = "planner"\nclaim = "g"\n', r"keys equals and matches: one of them"),
        (HEAD + GRANT + 'area = "990101"\n', r"key area: the expression names the area already"),
        (HEAD + GRANT.replace("(?P<area>", "("), r"key matches: its group has no use"),
        (HEAD + GRANT.replace("(?P<area>", "(?P<area"), r"key matches: this is no regular expression"),
        (HEAD + '[[grant]]\nrole = "planner"\nclaim = ["g"]\nequals = "x"\n', r"key claim: is \['g'\]"),
        (HEAD + "[[grant]]\nequals = 7\n", r"key equals: is 7(.|\n)*key role: missing(.|\n)*key claim: missing"),
        (HEAD + "grant = 3\n", r"key grant: not known(.|\n)*\[\[grant\]\]: missing"),
        ("[", r"this is no TOML"),
    ],
)
def test_a_wrong_file_is_told_with_table_key_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(GeoError, match=told) as refused:
        roles_of(tmp_path, text)
    assert "Remedy: " in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GeoError, match=r"none\.toml: No such file"):
        read_roles(tmp_path / "none.toml")
