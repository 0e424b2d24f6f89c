"""Which sign-in claims give which role and area: a TOML file, checked whole before it is used."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from geo.access.scope import ADMINISTRATOR, PUBLIC, Scope
from geo.errors import GeoError, NotPermitted
from geo.rules import load_rules

__all__ = [
    "NO_ROLE",
    "ROLES_FILE",
    "SEVERAL_AREAS",
    "Claims",
    "Grant",
    "Roles",
    "read_roles",
    "roles_in_force",
    "roles_path",
]

#: Name of the environment's variable that names the file.
ROLES_FILE = "MAPLEGRID_ROLES"
#: What a sign-in's token says, by the name of the claim.
Claims = Mapping[str, Any]

#: Why a sign-in gives nothing.
NO_ROLE = "Your sign-in has no role in Maple Grid. Remedy: ask whoever keeps the sign-in to give you one."
SEVERAL_AREAS = "Your sign-in names several areas, and a role is for one. Remedy: ask whoever keeps the sign-in."

_TABLES = {"sign_in", "grant"}
_SIGN_IN = {"unmatched", "anonymous", "hours"}
_GRANT = {"role", "claim", "equals", "matches", "area"}
_OUTCOMES = (PUBLIC, "refuse")
_MOST_HOURS = 24 * 30
# What a token tells of a person. A file that names them would be a list of persons, which nothing here may be.
# fmt: off
_PERSONS = (
    "address", "birthdate", "email", "email_verified", "family_name", "given_name", "login", "middle_name", "name",
    "nickname", "phone_number", "picture", "preferred_username", "profile", "sub", "unique_name", "upn", "username",
    "website",
)
# fmt: on
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Grant:
    """One rule: whoever has a value in a claim gets a role.

    Parameters
    ----------
    role
        One of the roles of the rules.
    claim
        Name of the claim, or names of claims within claims joined by dots.
    equals, matches
        The value, or a regular expression for all of it; one of the two.
    area
        Code of the area the role is for; None for the whole release, or for what the expression's group ``area`` is.
    """

    role: str
    claim: str
    equals: str | None = None
    matches: re.Pattern[str] | None = None
    area: str | None = None

    def scopes(self, claims: Claims) -> set[Scope]:
        """Return the scopes that claims get by this rule; none if it does not hold for them."""
        return {scope for text in _texts(_claim(claims, self.claim)) if (scope := self._scope(text)) is not None}

    def _scope(self, text: str) -> Scope | None:
        if self.matches is None:
            return Scope(self.role, self.area) if text == self.equals else None
        found = self.matches.fullmatch(text)
        if found is None:
            return None
        # A group that took part in nothing names no area, and no area would be all of it.
        if "area" in self.matches.groupindex and not found["area"]:
            return None
        return Scope(self.role, found["area"] if "area" in self.matches.groupindex else self.area)


@dataclass(frozen=True)
class Roles:
    """What sign-in claims are worth.

    Parameters
    ----------
    unmatched, anonymous
        What becomes of who has signed in without any rule that holds, and of who has not signed in: ``public`` or
        ``refuse``.
    hours
        So long after a sign-in its claims are taken for true.
    grants
        The rules; the first that holds counts.
    """

    unmatched: Literal["public", "refuse"]
    anonymous: Literal["public", "refuse"]
    hours: int
    grants: tuple[Grant, ...]

    def scope_of(self, claims: Claims) -> Scope:
        """Return the scope that verified claims give.

        Raises
        ------
        NotPermitted
            When no rule holds and the file refuses such; when the first that holds gives several areas.

        Examples
        --------
        >>> roles = Roles("public", "public", 12, (Grant("director", "group", equals="s1", area="990101"),))
        >>> roles.scope_of({"group": ["s1", "x"]}), roles.scope_of({})
        (Scope(role='director', area='990101'), Scope(role='public', area=None))
        """
        for grant in self.grants:
            scopes = grant.scopes(claims)
            if len(scopes) > 1:
                raise NotPermitted(SEVERAL_AREAS)
            if scopes:
                return next(iter(scopes))
        if self.unmatched == PUBLIC:
            return Scope(PUBLIC)
        raise NotPermitted(NO_ROLE)

    def is_fresh(self, claims: Claims, *, now: datetime) -> bool:
        """Tell whether the claims' own moment of issue lies within the hours; without one it does not."""
        issued = claims.get("iat")
        if isinstance(issued, bool) or not isinstance(issued, (int, float)):
            return False
        age = now.timestamp() - issued
        return -_AHEAD.total_seconds() <= age < timedelta(hours=self.hours).total_seconds()


def roles_path() -> Path | None:
    """Return the file of roles that the environment names; None if it names none."""
    named = os.environ.get(ROLES_FILE)
    return Path(named) if named else None


def roles_in_force(path: Path | None) -> Roles:
    """Return the roles of a file, read once as long as it stays as it is.

    Parameters
    ----------
    path
        As `roles_path` gives it.

    Raises
    ------
    GeoError
        When no file is named, or it is not there, or says something that roles do not know.
    """
    if path is None:
        raise GeoError(
            "Sign-in is set up, but not who may see what. "
            f"Remedy: name a file of roles, by {ROLES_FILE} or serve --roles."
        )
    try:
        return _read_once(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise GeoError(f"{path}: {error.strerror}. Remedy: name a file of roles that is there.") from error


@lru_cache(maxsize=2)
def _read_once(path: Path, changed_ns: int) -> Roles:
    return read_roles(path)


def read_roles(path: Path) -> Roles:
    """Read a file of roles.

    Raises
    ------
    GeoError
        When it can't be read; otherwise with all that is wrong in it: each with file, table, key and remedy.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GeoError(f"{path}: {error.strerror}. Remedy: name a file of roles, such as data/roles.toml.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GeoError(f"{path}: this is no TOML: {error}. Remedy: compare with the file delivered.") from error
    faults = [*_faults_of_tables(raw), *_faults_of_sign_in(raw.get("sign_in")), *_faults_of_grants(raw.get("grant"))]
    if faults:
        raise GeoError("\n".join(f"{path.name}, {fault}" for fault in faults))
    return Roles(**raw["sign_in"], grants=tuple(_grant(table) for table in raw["grant"]))


def _grant(table: Mapping[str, Any]) -> Grant:
    fields = dict(table)
    if "matches" in fields:
        fields["matches"] = re.compile(fields["matches"], re.ASCII)
    return Grant(**fields)


def _faults_of_tables(raw: Mapping[str, Any]) -> list[str]:
    unknown = [name for name in raw if name not in _TABLES]
    return [f"[{name}]: no such table. Remedy: use {', '.join(sorted(_TABLES))}." for name in unknown]


def _faults_of_sign_in(table: object) -> list[str]:
    if not isinstance(table, dict):
        return ["[sign_in]: missing. Remedy: add it with unmatched, anonymous and hours."]
    faults = _unknown_keys("[sign_in]", table, _SIGN_IN)
    for key in ("unmatched", "anonymous"):
        if table.get(key) not in _OUTCOMES:
            faults.append(f"[sign_in], key {key}: is {table.get(key)!r}. Remedy: use {' or '.join(_OUTCOMES)}.")
    hours = table.get("hours")
    if isinstance(hours, bool) or not isinstance(hours, int) or not 1 <= hours <= _MOST_HOURS:
        faults.append(f"[sign_in], key hours: is {hours!r}. Remedy: use a whole number from 1 to {_MOST_HOURS}.")
    return faults


def _faults_of_grants(tables: object) -> list[str]:
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        return ["[[grant]]: missing. Remedy: add one for each role, with role, claim, and equals or matches."]
    return [fault for number, table in enumerate(tables, 1) for fault in _faults_of_grant(f"[[grant]] {number}", table)]


def _faults_of_grant(where: str, table: Mapping[str, Any]) -> list[str]:
    faults = _unknown_keys(where, table, _GRANT)
    texts = {key: table[key] for key in _GRANT if key in table}
    for key, value in texts.items():
        if not isinstance(value, str) or not value:
            faults.append(f"{where}, key {key}: is {value!r}. Remedy: write a text.")
    for key in ("role", "claim"):
        if key not in table:
            faults.append(f"{where}, key {key}: missing. Remedy: add it.")
    if faults:
        return faults
    return [*_faults_of_role(where, table), *_faults_of_claim(where, table), *_faults_of_value(where, table)]


def _faults_of_role(where: str, table: Mapping[str, Any]) -> list[str]:
    roles = load_rules().privacy
    if table["role"] not in roles:
        return [f"{where}, key role: there is no role {table['role']!r}. Remedy: use one of {', '.join(roles)}."]
    if table["role"] in (ADMINISTRATOR, PUBLIC) and ("area" in table or "(?P<area>" in table.get("matches", "")):
        return [f"{where}, key area: the role {table['role']} has no area. Remedy: leave it out."]
    return []


def _faults_of_claim(where: str, table: Mapping[str, Any]) -> list[str]:
    if table["claim"].rpartition(".")[2].lower() not in _PERSONS:
        return []
    return [
        f"{where}, key claim: {table['claim']} tells of a person, and no file here lists persons. "
        "Remedy: give roles to a group or a role that the sign-in keeps."
    ]


def _faults_of_value(where: str, table: Mapping[str, Any]) -> list[str]:
    if ("equals" in table) == ("matches" in table):
        return [f"{where}, keys equals and matches: one of them is needed. Remedy: write one."]
    if "matches" not in table:
        return []
    try:
        pattern = re.compile(table["matches"], re.ASCII)
    except re.error as error:
        return [f"{where}, key matches: this is no regular expression: {error}. Remedy: mend it."]
    if "area" in pattern.groupindex and "area" in table:
        return [f"{where}, key area: the expression names the area already. Remedy: leave one of the two out."]
    if pattern.groups and "area" not in pattern.groupindex:
        return [f"{where}, key matches: its group has no use. Remedy: name it (?P<area>…), or write (?:…)."]
    return []


def _unknown_keys(where: str, table: Mapping[str, Any], known: set[str]) -> list[str]:
    unknown = [key for key in table if key not in known]
    return [f"{where}, key {key}: not known. Remedy: use {', '.join(sorted(known))}." for key in unknown]


def _claim(claims: Claims, name: str) -> object:
    """Return a claim by its name, or by the names of the claims that it lies in."""
    if name in claims:
        return claims[name]
    first, _, rest = name.partition(".")
    inner = claims.get(first)
    return _claim(inner, rest) if rest and isinstance(inner, Mapping) else None


def _texts(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    return [text for text in value if isinstance(text, str)] if isinstance(value, (list, tuple)) else []
