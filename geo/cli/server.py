"""The command serve: the dashboard on this machine, for this machine unless told otherwise."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.console import say
from geo.cli.data import build_demo
from geo.cli.options import AskedArea, MaybeRole, StoreFolder
from geo.errors import GeoError
from geo.resources import app_script

__all__ = ["register", "streamlit_command"]

_DEFAULT_STORE = Path("store")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, to warn
_DEMO_SEED = 1
# As in geo.access.roles and geo.dashboard.sign_in, which bring with them what takes a second to load.
ROLES_FILE = "MAPLEGRID_ROLES"
OPEN = "MAPLEGRID_OPEN_TO_NETWORK"


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command("serve")(serve)


def serve(
    *,
    store: StoreFolder = _DEFAULT_STORE,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[
        str, typer.Option(help="Address to listen on; another than 127.0.0.1 lets other machines in.")
    ] = "127.0.0.1",
    open_to_network: Annotated[
        bool,
        typer.Option("--open-to-network", help="Let other machines in though nobody is asked who they are."),
    ] = False,
    roles: Annotated[
        Path | None,
        typer.Option(
            "--roles",
            envvar=ROLES_FILE,
            dir_okay=False,
            metavar="FILE",
            help="Which sign-in claims give which role and area; needed where sign-in is set up.",
        ),
    ] = None,
    role: MaybeRole = None,
    area: AskedArea = None,
    demo: Annotated[
        bool | None,
        typer.Option("--demo/--no-demo", help="Build the demo county in an empty store; asked on a terminal."),
    ] = None,
) -> None:
    """Serve the dashboard on this machine.

    Who may see what is told by a sign-in where one is set up (docs/access.md). Without it the server listens to this
    machine alone and everybody has the role named, planner if none is; with --open-to-network public if none is.
    """
    with_sign_in = _check_sign_in(address, open_to_network=open_to_network, roles=roles)
    role = role or ("planner" if address in _LOOPBACK else "public")
    _check_free(address, port)
    say(_who_may(address, role, area, with_sign_in=with_sign_in))
    _fill_empty(store, demo=demo)
    settings = {"MAPLEGRID_STORE": str(store.resolve()), "MAPLEGRID_ROLE": role, "MAPLEGRID_AREA": area or ""}
    settings |= {ROLES_FILE: "" if roles is None else str(roles.resolve()), OPEN: "1" if open_to_network else ""}
    shown = "localhost" if address in (*_LOOPBACK, *_EVERYWHERE) else address
    say(f"Maple Grid is at http://{shown}:{port} (Ctrl-C stops it).")
    raise typer.Exit(_hand_over(streamlit_command(address=address, port=port), {**os.environ, **settings}))


def streamlit_command(*, address: str, port: int) -> list[str]:
    """Return the words that start the dashboard's server.

    What keeps it on this machine and silent is said here once more, though it stands in .streamlit/config.toml:
    no settings file of the user's can turn it.

    Parameters
    ----------
    address, port
        Where it listens.

    Examples
    --------
    >>> "--browser.gatherUsageStats=false" in streamlit_command(address="127.0.0.1", port=8501)
    True
    """
    words = [sys.executable, "-P", "-m", "streamlit", "run", str(app_script())]
    words += [f"--server.address={address}", f"--server.port={port}", "--server.headless=true"]
    words += ["--browser.gatherUsageStats=false", "--server.fileWatcherType=none", "--logger.hideWelcomeMessage=true"]
    if address not in _LOOPBACK:
        # Named here, or Streamlit asks a service on the internet for the machine's address.
        shown = socket.gethostname() if address in _EVERYWHERE else address
        words += [f"--browser.serverAddress={shown}", "--server.allowedHosts=*"]
    return words


def _check_sign_in(address: str, *, open_to_network: bool, roles: Path | None) -> bool:
    """Tell whether people sign in; refuse a sign-in that is not whole, and other machines where nobody is asked."""
    if address in _LOOPBACK and not _has_secrets():
        return False
    # Streamlit, which reads the settings of the sign-in, takes a second to load: only where there may be some.
    from geo.dashboard import shut

    if shut.is_set_up():
        wrong = shut.faults(roles)
        if wrong:
            raise GeoError("The sign-in is not set up as it must be.\n" + "\n".join(wrong))
        return True
    if address not in _LOOPBACK and not open_to_network:
        raise GeoError(
            f"{address} lets other machines in, and no sign-in is set up: nobody would be asked who they are. "
            "Remedy: set up sign-in (docs/access.md), listen on 127.0.0.1, or add --open-to-network if everybody who "
            "reaches this machine may see what the role may."
        )
    return False


def _has_secrets() -> bool:
    """Tell whether there may be settings of a sign-in where Streamlit looks for them."""
    places = (Path.home(), Path.cwd())
    return "STREAMLIT_SECRETS_FILES" in os.environ or any((at / ".streamlit/secrets.toml").exists() for at in places)


def _who_may(address: str, role: str, area: str | None, *, with_sign_in: bool) -> str:
    """Say who gets to see what."""
    if with_sign_in:
        return "People sign in, and see what the file of roles gives them."
    sees = f"what the role {role} may see{f' of {area}' if area else ''}"
    if address in _LOOPBACK:
        return f"No sign-in is set up: the server listens to this machine alone, and shows {sees}."
    return f"Note: no sign-in is set up, and everybody who reaches {address} sees {sees}."


def _check_free(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise GeoError(
                f"{address}:{port} can't be listened on ({error.strerror}). "
                "Remedy: stop what uses it, or name another --port or --address."
            ) from error


def _fill_empty(store: Path, *, demo: bool | None) -> None:
    # A look at the folder spares a store with data the second that the store's parts take to load.
    if any(store.glob("releases/*.json")):
        return
    from geo.store import Store

    if Store(store).current() is not None:
        return
    if demo is None:
        question = f"{store} holds no data yet. Build the demo county there (made up, about 20 seconds)?"
        demo = typer.confirm(question, default=True, err=True) if sys.stdin.isatty() else True
    if demo:
        say(f"Building the demo county in {store}: everything in it is made up.")
        build_demo(store, seed=_DEMO_SEED)


def _hand_over(words: list[str], environment: dict[str, str]) -> int:
    """Become the server where the system can, so that signals reach it; else wait for it."""
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(words[0], words, environment)  # noqa: S606 - our own interpreter, words made above
    return subprocess.run(words, env=environment, check=False).returncode  # noqa: S603 - as above
