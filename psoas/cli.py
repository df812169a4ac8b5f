"""The command line: human text by default, `--json` everywhere.

Exit codes: 0 done, 2 bad input, 3 bad knowledge, 4 a theorem failed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from psoas.assessment import Assessment
from psoas.errors import InputError, KnowledgeError, PsoasError
from psoas.interview import Session
from psoas.library import load

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
knowledge_app = typer.Typer(no_args_is_help=True, help="Look into the knowledge, and check it.")
app.add_typer(knowledge_app, name="knowledge")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Country = Annotated[str, typer.Option(help="gb, us, ie, ca, au, nz, in, or zz for elsewhere.")]
Setting = Annotated[str, typer.Option(help="self_referred, primary_care, emergency or specialist.")]
BAD_INPUT, BAD_KNOWLEDGE, FAILED = 2, 3, 4


@app.command()
def interview(
    country: Country = "zz",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="A program answers: a line out, a line in.")] = False,
    keep_asking: Annotated[bool, typer.Option(help="Go on after an emergency, for the letter.")] = False,
    setting: Setting = "self_referred",
) -> None:
    """Ask about the danger signs, say how urgent it is, then ask where the pain comes from."""
    check_setting(setting)
    session = Session(carry_on=keep_asking)
    if jsonl:
        from psoas.jsonl import converse

        converse(load(), session, country, sys.stdin, sys.stdout, setting)
        return
    from psoas.terminal import talk

    talk(load(), session, country, setting)


def check_setting(setting: str) -> None:
    from psoas.intake import word
    from psoas.priors import SETTINGS

    word("setting", setting, SETTINGS)


@app.command("assess")
def assess_command(
    file: Annotated[str, typer.Argument(help="YAML or JSON with `answers`, or - for standard input.")] = "",
    json: AsJson = False,
    letter: Annotated[bool, typer.Option(help="Leave out what must not leave the screen.")] = False,
) -> None:
    """Judge a file of answers."""
    from psoas.intake import judged, read_request

    if not file:
        do = "psoas assess answers.yaml, or psoas assess - < answers.yaml"
        raise InputError("FILE", "no file was given.", "A YAML or JSON file, or - for standard input.", do)
    library = load()
    request = read_request(library, file)
    print_assessment(judged(library, request, letter=letter), json)


def print_assessment(result: Assessment, json: bool) -> None:
    if json:
        print_json(result)
        return
    from psoas.terminal import show, show_likely

    show(result)
    if result.nonspecific and result.urgency.certain != "emergency":
        show_likely(result)


def print_json(result: Any) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(result)).decode() + "\n")


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 8765,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    per_minute: Annotated[int, typer.Option(min=1, help="How many requests a minute one address may make.")] = 600,
    allow_host: Annotated[list[str] | None, typer.Option(help="One more name to answer to, as behind a proxy.")] = None,
) -> None:
    """Open the web app on this computer."""
    from psoas.web.serve import run

    run(host, port, browser=not no_browser, per_minute=per_minute, allow=allow_host or ())


@app.command()
def verify(
    json: AsJson = False,
    report: Annotated[Path | None, typer.Option(help="Write the mutants' report to this file.")] = None,
    mutants: Annotated[bool, typer.Option(help="Also try every single-edit mutant of every red flag.")] = True,
) -> None:
    """Prove the safety theorems over all possible answers."""
    try:
        from psoas.verify import verify as prove
    except ImportError as error:
        raise InputError(
            "verify", f"needs {error.name}, which is not installed.", "", "Run: python3 run.py test"
        ) from None
    result = prove(load(), mutants=mutants)
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(result.mutants_as_text(), encoding="utf-8")
    if json:
        print_json(result.as_dict())
    else:
        print(result.as_text())
    if not result.all_hold:
        raise typer.Exit(FAILED)


@knowledge_app.command()
def check(json: AsJson = False) -> None:
    """Load everything, count it, and list what is missing."""
    from psoas.inventory import as_text, take

    found = take(load())
    if json:
        print_json(found)
    else:
        print(as_text(found))
    if found["defects"]:
        raise typer.Exit(BAD_KNOWLEDGE)


@knowledge_app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(metavar="ID")],
    json: AsJson = False,
    kind: Annotated[str, typer.Option(help="Look in this kind only, for an id that several kinds have.")] = "",
) -> None:
    """Show one piece of knowledge, or the list of a kind.

    The kinds: findings, red_flags, hazards, conditions, mechanisms, contradictions, sources, countries, pages, words.
    """
    from psoas.inventory import find

    found = find(load(), name, kind)
    if json:
        print_json(found)
    else:
        sys.stdout.write(readable(found) + "\n")


@knowledge_app.command("docs")
def docs_command(folder: Annotated[Path, typer.Argument()] = Path("docs/reference")) -> None:
    """Write the reference pages that are made from the knowledge."""
    from psoas.reference import write

    for path in write(load(), folder):
        print(path)


def readable(data: Any, indent: str = "") -> str:
    """Plain lines of nested data, for reading."""
    data = msgspec.to_builtins(data)
    if isinstance(data, dict):
        return "\n".join(f"{indent}{key}: {block(value, indent)}" for key, value in data.items())
    if isinstance(data, list):
        return "\n".join(f"{indent}- {block(value, indent).lstrip()}" for value in data)
    return indent + plain(data)


def block(value: Any, indent: str) -> str:
    nested = isinstance(value, dict | list) and value
    return "\n" + readable(value, indent + "  ") if nested else plain(value)


def plain(value: Any) -> str:
    """A value as it stands in the files, not as Python writes it."""
    if value is None:
        return "no value"
    if value in ({}, []):
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def main() -> None:
    """Run a command; an error is one clear message and an exit code, never a trace."""
    try:
        app()
    except KnowledgeError as error:
        fail(error, BAD_KNOWLEDGE)
    except PsoasError as error:
        fail(error, BAD_INPUT)
    except BrokenPipeError:
        sys.stderr.close()


def fail(error: PsoasError, code: int) -> None:
    if "--json" in sys.argv:
        print_json({"error": error.as_dict()})
    print(error, file=sys.stderr)
    sys.exit(code)
