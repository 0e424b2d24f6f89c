"""`maplegrid …`: the library's functions for scripts and for the terminal."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import typer

from geo import __version__
from geo.cli import audit, data, figures, keeping, public, releases, reporting, server
from geo.cli.console import say
from geo.errors import GeoError, ViewError, trace_of

__all__ = ["DONE", "REFUSED", "UNEXPECTED", "WRONG_USE", "app", "main"]

DONE = 0
REFUSED = 1
WRONG_USE = 2
#: A fault of the program itself, as in sysexits.h.
UNEXPECTED = 70

app = typer.Typer(
    name="maplegrid",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Maple Grid: grid management for community policing, in maps and figures. Works from a store folder.",
    epilog="Exit status: 0 done, 1 the input was refused and why is on stderr, 2 the command was used wrongly.",
)


@app.callback(invoke_without_command=True)
def _show_version(
    *,
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
) -> None:
    if version:
        typer.echo(f"maplegrid {__version__}")
        raise typer.Exit


for room in (data, figures, reporting, public, releases, keeping, audit, server):
    room.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Parameters
    ----------
    arguments
        Words after ``maplegrid``; those of the process if None.

    Returns
    -------
    int
        0 done, 1 input refused, 2 wrong use, 70 a fault of the program; the reason is on stderr.

    Examples
    --------
    >>> main(["--version"])
    maplegrid 0.1.0
    0
    """
    try:
        app(args=list(sys.argv[1:] if arguments is None else arguments), prog_name="maplegrid")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else DONE
    except ViewError as error:
        say(f"Wrong use: {error}")
        return WRONG_USE
    except GeoError as error:
        say(f"Refused: {error}")
        return REFUSED
    except BrokenPipeError:
        return _leave_pipe()
    except OSError as error:
        say(f"Refused: {_describe_os_error(error)}")
        return REFUSED
    except Exception as error:  # the last door before a user's eyes: nobody is shown a traceback
        say(_keep_trace(error))
        return UNEXPECTED
    return DONE


def _describe_os_error(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _leave_pipe() -> int:
    """Stop quietly when the reader of our output has gone (`maplegrid … | head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _keep_trace(error: Exception) -> str:
    """Write where a fault came from into a file, without a value of anybody's data, and say where that is."""
    fault_id = secrets.token_hex(4)
    log = Path(tempfile.gettempdir(), f"maplegrid-{fault_id}.log")
    log.write_text(trace_of(error) + "\n", encoding="utf-8")
    return f"Something went wrong that should not have (id {fault_id}). For support, the details are in {log}."
