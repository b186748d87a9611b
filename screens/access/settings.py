"""Read the settings of sign-in: `[auth]` and `[access]` of Streamlit's secrets file, and the server's address."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config

from data.access import ROLES
from data.faults import Fault, InputError

SUBJECT = "The settings of sign-in"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
IDLE_MINUTES, SESSION_HOURS = 30, 10
SHORTEST_SECRET = 32  # characters of the secret that signs cookies
NEEDED = ("client_id", "client_secret", "server_metadata_url", "redirect_uri", "cookie_secret")
UPLOADS_MB = 2_000  # of files that are held for all pages
NUMBERS = ("idle_minutes", "session_hours", "uploads_mb")
KEYS = ("claim", "people", "groups", *NUMBERS)
PROGRAM = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Whether people must sign in, where the app is reached, who has which role, and how long a sign-in lasts."""

    is_required: bool
    hosts: frozenset[str] = LOCAL_HOSTS  # the names in addresses at which the app answers
    is_https: bool = False
    claim: str = "roles"  # the claim of the provider that has groups or roles
    people: Mapping[str, frozenset[str]] = field(default_factory=dict)  # role -> addresses, in small letters
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)  # role -> values of the claim
    idle_seconds: float = IDLE_MINUTES * 60
    session_seconds: float = SESSION_HOURS * 3600
    most_upload_bytes: int = UPLOADS_MB * 1_000_000


def read() -> AccessSettings:
    """Return the settings of this server. Raises InputError with every fault."""
    secrets = st.secrets.to_dict() if st.secrets.load_if_toml_exists() else {}
    option = config.get_option
    return settings_of(
        secrets,
        address=option("server.address"),
        hosts=option("server.allowedHosts"),
        trusted_headers=option("server.trustedUserHeaders"),
        files=option("secrets.files"),
    )


def is_local(address: str | None) -> bool:
    """Say whether a server that listens at this address is reached from its own machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def settings_of(
    secrets: Mapping[str, Any],
    *,
    address: str | None,
    hosts: Iterable[str] = (),
    trusted_headers: object = None,
    files: Iterable[str] = (),
) -> AccessSettings:
    """Return the settings that the secrets and the server's options make. Raises InputError with every fault.

    Sign-in is required where `[auth]` is there, where `address` is not that of the machine itself, and where one of
    `hosts` is not.
    """
    auth, given = secrets.get("auth", {}), secrets.get("access", {})
    others = {host.strip().lower().rstrip(".") for host in hosts} - LOCAL_HOSTS
    if not (auth or others) and is_local(address):
        return AccessSettings(is_required=False)
    faults = [*_faults_of_auth(auth, address, others), *_faults_of_access(given)]
    if any("*" in host for host in others):
        faults.append(Fault("server.allowedHosts", "has a *. Name each host at which people reach the app."))
    if trusted_headers:
        faults.append(Fault("server.trustedUserHeaders", "is set: anybody could write those headers. Take it out."))
    inside = [file for file in files if auth and Path(file).is_file() and Path(file).resolve().is_relative_to(PROGRAM)]
    if inside:
        faults.append(Fault("secrets.toml", "is in the program's folder. Move it out, and name it in secrets.files."))
    if faults:
        raise InputError(SUBJECT, faults)
    reached = urlsplit(auth["redirect_uri"])
    return AccessSettings(
        is_required=True,
        hosts=LOCAL_HOSTS | others | {str(reached.hostname)},
        is_https=reached.scheme == "https",
        claim=given.get("claim", "roles"),
        people={
            role: frozenset(each.strip().casefold() for each in who) for role, who in given.get("people", {}).items()
        },
        groups={role: frozenset(names) for role, names in given.get("groups", {}).items()},
        idle_seconds=given.get("idle_minutes", IDLE_MINUTES) * 60,
        session_seconds=given.get("session_hours", SESSION_HOURS) * 3600,
        most_upload_bytes=int(given.get("uploads_mb", UPLOADS_MB) * 1_000_000),
    )


def _faults_of_auth(auth: Mapping[str, Any], address: str | None, others: Iterable[str]) -> list[Fault]:
    if not auth:
        where = f"{', '.join(sorted(others))}" if is_local(address) else f"the address {address or 'of every network'}"
        problem = (
            f"is missing, and the app is to be reached at {where}, not from this machine alone. Set up sign-in as "
            "docs/sign-in.md says, or let server.address be localhost."
        )
        return [Fault("[auth]", problem)]
    faults = [
        Fault(f"auth.{name}", "is missing. Write it as a text, for one provider, directly under [auth].")
        for name in NEEDED
        if not isinstance(auth.get(name), str) or not auth[name]
    ]
    if faults:
        return faults
    reached = urlsplit(auth["redirect_uri"])
    if reached.scheme != "https" and not (reached.scheme == "http" and reached.hostname in LOCAL_HOSTS):
        faults.append(Fault("auth.redirect_uri", "does not begin with https://. Passwords need an encrypted way."))
    if not reached.path.endswith("/oauth2callback"):
        faults.append(Fault("auth.redirect_uri", "does not end with /oauth2callback. Write the app's address so."))
    if len(auth["cookie_secret"]) < SHORTEST_SECRET:
        problem = f"is shorter than {SHORTEST_SECRET} characters. Make one: python -c 'import secrets; "
        faults.append(Fault("auth.cookie_secret", f"{problem}print(secrets.token_hex(32))'"))
    return faults


def _faults_of_access(given: Mapping[str, Any]) -> list[Fault]:
    faults = [
        Fault(f"access.{name}", f"is not known. Known are {', '.join(KEYS)}.") for name in given if name not in KEYS
    ]
    if not isinstance(given.get("claim", ""), str):
        faults.append(Fault("access.claim", "is not a text. Write the name of one claim of the provider."))
    for name in NUMBERS:
        number = given.get(name, 1)
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < 1_000_000:
            faults.append(Fault(f"access.{name}", "is not a number above 0. Write one, such as 30."))
    tables = {name: given.get(name, {}) for name in ("people", "groups")}
    for name, table in tables.items():
        for role, names in table.items() if isinstance(table, Mapping) else [("", ())]:
            if role not in ROLES:
                faults.append(Fault(f"access.{name}.{role}", f"is no role. Roles are {', '.join(ROLES)}."))
            elif not isinstance(names, list) or not all(isinstance(each, str) and each.strip() for each in names):
                faults.append(Fault(f"access.{name}.{role}", 'is not a list of texts. Write it as ["…", "…"].'))
    if not any(tables.values()):
        faults.append(Fault("[access]", "gives nobody a role. Write [access.people] or [access.groups]."))
    return faults
