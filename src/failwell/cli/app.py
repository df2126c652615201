"""The commands of `failwell`, and how its errors are told: one message, exit code 2, no traceback."""

from __future__ import annotations

import io
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from failwell.cli.explain import explain_problem
from failwell.cli.export import export_document
from failwell.cli.generate import generate_files, generate_json_schema, generate_python
from failwell.cli.learn import Form, learn_dialect
from failwell.cli.translate import translate_catalog
from failwell.exceptions import FailwellError

_PATH = (
    "A Python file or a module that holds a Contract (PATH:name picks one of several), a folder with a "
    "catalog.toml, or a catalog.json."
)
_PATHS = f"One contract or several. {_PATH}"


def _examples(*lines: str) -> str:
    return "\n".join(["", "Examples:", "", *(f"    failwell {line}" for line in lines), ""])


Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of printing.")
]
Application = Annotated[
    str,
    typer.Option(
        "--app",
        metavar="MODULE:APP",
        help="The app whose operations count, too: FastAPI, Starlette, Litestar, Flask, Django.",
    ),
]
ReportForm = Annotated[
    Literal["terminal", "json", "sarif", "github", "junit", "markdown"],
    typer.Option("--format", help="What the report is written in."),
]
FailOn = Annotated[
    Literal["info", "warning", "error", "never"] | None,
    typer.Option(help="End with 1 where something is found that is as bad as this; by default an error."),
]
SettingsPath = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Severities and waivers; by default failwell.toml of this folder.",
        show_default=False,
    ),
]
Select = Annotated[
    list[str] | None, typer.Option(metavar="RULE", help="Ask this rule only; several times for several.")
]
Ignore = Annotated[
    list[str] | None, typer.Option(metavar="RULE", help="Do not ask this rule; several times for several.")
]
Explain = Annotated[
    str, typer.Option("--explain", metavar="RULE", help="Show the documentation of a rule, and end.")
]
Fix = Annotated[
    bool, typer.Option("--fix", help="Mend in the files what can be mended mechanically, then look again.")
]
Base = Annotated[
    str, typer.Argument(metavar="BASE", help="A git ref, a file, a folder, or the URL of a document.")
]
Head = Annotated[
    str, typer.Argument(metavar="[HEAD]", help="The same; by default the working tree.", show_default=False)
]
ContractPath = Annotated[
    str,
    typer.Option(
        "--path",
        metavar="PATH",
        help="The contract that a git ref is about; by default HEAD where that is a path, else "
        "FAILWELL_CONTRACT, else errors.py.",
        show_default=False,
    ),
]
BasePath = Annotated[
    str,
    typer.Option(metavar="PATH", help="Where the contract was at BASE, if it has moved.", show_default=False),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]

app = typer.Typer(
    help="Declare your API's errors once: read them, publish them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> int:
    """Runs the command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a page is worth more than a character that has no encoding
    try:
        app(prog_name="failwell")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception:  # noqa: BLE001 - a fault of our own: 1 would say that something was found
        traceback.print_exc()
        return 2
    return 0


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if asked:
        typer.echo(f"failwell {version('failwell')}")
        raise typer.Exit


@app.callback(
    epilog=_examples(
        "explain quota_exceeded",
        "serve errors.py",
        "export api/errors.py:contract -o catalog.json",
        "lint errors.py",
        "diff main",
        "generate python errors/ -o errors.py",
        "dialect learn responses/",
    )
)
def failwell(
    *,
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Declare your API's errors once: read them, publish them."""


@app.command(
    epilog=_examples(
        "explain quota_exceeded",
        "explain quota_exceeded --from drops.errors",
        "explain https://errors.drops.example/quota_exceeded",
    )
)
def explain(
    name: Annotated[str, typer.Argument(metavar="CODE|TYPE", help="A code, a former code or a type URI.")],
    source: Annotated[
        str, typer.Option("--from", "-f", metavar="PATH", envvar="FAILWELL_CONTRACT", help=_PATH)
    ] = "errors.py",
    *,
    debug: Debug = False,
) -> None:
    """Show the page of a problem type in the terminal."""
    _told_plainly(lambda: explain_problem(name, source), debug=debug)


@app.command(
    epilog=_examples(
        "export errors.py", "export errors/ -o catalog.json", "export errors.py --app shop.main:app"
    )
)
def export(
    source: Annotated[str, typer.Argument(metavar="PATH", help=_PATH)],
    output: Output = None,
    application: Application = "",
    *,
    debug: Debug = False,
) -> None:
    """Print the contract as one JSON document."""
    _told_plainly(lambda: export_document(source, output, application), debug=debug)


@app.command(
    epilog=_examples(
        "lint errors.py",
        "lint errors/ --fail-on warning --ignore title-with-period",
        "lint errors.py --app shop.main:app --format sarif -o lint.sarif",
        "lint errors.py --fix",
        "lint --explain title-with-period",
    )
)
def lint(  # noqa: PLR0913 - one word per option
    source: Annotated[
        str, typer.Argument(metavar="PATH", envvar="FAILWELL_CONTRACT", help=_PATH)
    ] = "errors.py",
    *,
    application: Application = "",
    form: ReportForm = "terminal",
    output: Output = None,
    fail_on: FailOn = None,
    select: Select = None,
    ignore: Ignore = None,
    settings: SettingsPath = None,
    explain_id: Explain = "",
    fix: Fix = False,
    rules: Annotated[bool, typer.Option("--rules", help="List all rules, and end.")] = False,
    debug: Debug = False,
) -> None:
    """Tell what is wrong with a catalog.

    Ends with 1 if something is, and with 2 if it could not be looked at.
    """

    def look() -> None:
        from failwell.cli import lint as command  # noqa: PLC0415 - a hundred rules are loaded with it
        from failwell.cli.verdict import Verdict  # noqa: PLC0415

        if rules:
            command.list_rules()
            return
        if explain_id:
            command.explain_rule(explain_id)
            return
        verdict = Verdict(form, output, fail_on, settings)
        asked = {"select": select or (), "ignore": ignore or ()}
        if fix and command.fix_catalog(source, application, verdict, **asked):
            again = [word for word in sys.argv[1:] if word != "--fix"]
            raise typer.Exit(_in_another_process(again))
        command.lint_catalog(source, application, verdict, **asked)

    _told_plainly(look, debug=debug)


@app.command(
    epilog=_examples(
        "diff main",
        "diff origin/main... --app shop.main:app --format markdown",
        "diff v1.2 v1.3 --path errors/",
        "diff https://errors.drops.example/catalog.json errors.py",
    )
)
def diff(  # noqa: PLR0913 - one word per option
    base: Base,
    head: Head = "",
    *,
    path: ContractPath = "",
    base_path: BasePath = "",
    application: Application = "",
    profile: Annotated[
        Literal["wire", "branch", "source"],
        typer.Option(
            help="Whom changes must not break: readers of the bytes; also clients that branch on codes; also "
            "code generated from the catalog."
        ),
    ] = "source",
    form: ReportForm = "terminal",
    output: Output = None,
    fail_on: FailOn = None,
    settings: SettingsPath = None,
    docs: Annotated[
        bool, typer.Option("--docs/--no-docs", help="Tell changes of the documentation, too.")
    ] = True,
    debug: Debug = False,
) -> None:
    """Tell whom a change of a catalog breaks, and which version it calls for.

    BASE is what clients have, HEAD what they are to get: by default the working tree. Each is a URL, a file
    or a folder that exists, or else a git ref. `main...` is the commit at which HEAD left main; a branch that
    is called like a file is written as refs/heads/main.
    """

    def compare() -> None:
        from failwell.cli.diff import Sides, diff_catalogs  # noqa: PLC0415 - a hundred rules are loaded with it
        from failwell.cli.verdict import Verdict  # noqa: PLC0415

        sides = Sides(base, head, path, base_path, application)
        diff_catalogs(sides, Verdict(form, output, fail_on, settings), profile=profile, docs=docs)

    _told_plainly(compare, debug=debug)


@app.command(epilog=_examples("changelog v1.2", "changelog v1.2 v1.3 --path errors/ --heading 1.3.0"))
def changelog(  # noqa: PLR0913 - one word per option
    base: Base,
    head: Head = "",
    *,
    path: ContractPath = "",
    base_path: BasePath = "",
    application: Application = "",
    heading: Annotated[str, typer.Option(metavar="TEXT", help="The version.")] = "Unreleased",
    output: Output = None,
    settings: SettingsPath = None,
    debug: Debug = False,
) -> None:
    """Write what a change of a catalog means for people, as Markdown. BASE and HEAD are as for `diff`."""

    def write() -> None:
        from failwell.cli.diff import Sides, write_changelog  # noqa: PLC0415 - a hundred rules are loaded with it

        write_changelog(Sides(base, head, path, base_path, application), output, settings, heading)

    _told_plainly(write, debug=debug)


generate = typer.Typer(help="Write code and schemas from a contract.", no_args_is_help=True)
app.add_typer(generate, name="generate")


@generate.command(
    "python",
    epilog=_examples("generate python errors/ -o errors.py", "generate python errors/ -o errors.py --check"),
)
def generate_classes(
    source: Annotated[str, typer.Argument(metavar="PATH", help=_PATH)],
    output: Output = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 if the file is not as generated.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Write the contract as a Python module of typed classes."""
    _told_plainly(lambda: generate_python(source, output, check=check), debug=debug)


@generate.command("files", epilog=_examples("generate files errors.py -o errors/"))
def generate_folder(
    source: Annotated[str, typer.Argument(metavar="PATH", help=_PATH)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The folder to write to.")],
    *,
    debug: Debug = False,
) -> None:
    """Write the contract as a catalog in files."""
    _told_plainly(lambda: generate_files(source, output), debug=debug)


@generate.command("json-schema", epilog=_examples("generate json-schema -o catalog.schema.json"))
def generate_schema(output: Output = None, *, debug: Debug = False) -> None:
    """Write the JSON Schema of the document that `failwell export` prints."""
    _told_plainly(lambda: generate_json_schema(output), debug=debug)


@app.command(
    epilog=_examples(
        "translate errors/ de",
        "translate errors/ de --accept all",
        "translate errors/ de --check",
    )
)
def translate(
    source: Annotated[
        str, typer.Argument(metavar="PATH", help="A folder with a catalog.toml, or a Python file.")
    ],
    language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="Its tag: de, pt-BR.")],
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="It is up to date: a code, `about`, or `all` that are new.",
        ),
    ] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 if something is left to do.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Create files to translate, and tell which translations are missing or stale."""
    _told_plainly(lambda: translate_catalog(source, language, accept=accept or (), check=check), debug=debug)


dialect = typer.Typer(help="How problems look on the wire.", no_args_is_help=True)
app.add_typer(dialect, name="dialect")


@dialect.command(
    epilog=_examples(
        "dialect learn errors.txt bodies/ session.har",
        "dialect learn bodies/ --catalog -o house.py",
        "dialect learn bodies/ --catalog --format toml -o errors/",
        "dialect learn - < what-curl-printed.txt",
    )
)
def learn(  # noqa: PLR0913 - one word per option
    samples: Annotated[
        list[str],
        typer.Argument(
            metavar="SAMPLES...",
            help="JSON bodies, HAR archives, what `curl -i` printed; folders of these; - for standard input.",
        ),
    ],
    output: Output = None,
    form: Annotated[Form, typer.Option("--format", help="What the lines are written in.")] = "python",
    name: Annotated[str, typer.Option("--name", help="What to call the dialect.")] = "house",
    *,
    catalog: Annotated[
        bool, typer.Option("--catalog", help="Add the problem types that the samples show.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Learn the dialect of recorded error responses, so that an existing API keeps its errors as they are."""
    _told_plainly(lambda: learn_dialect(samples, output, form=form, catalog=catalog, name=name), debug=debug)


@app.command(
    epilog=_examples(
        "serve errors.py",
        "serve drops/errors.py flags/errors/ --port 8400",
        "serve errors.py --base-url https://errors.drops.example",
    )
)
def serve(  # noqa: PLR0913 - one word per option
    sources: Annotated[list[str], typer.Argument(metavar="PATH...", help=_PATHS)],
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 8400,
    base_url: Annotated[
        str, typer.Option(metavar="URL", help="The address from outside, where it is another one.")
    ] = "",
    *,
    reload: Annotated[
        bool, typer.Option("--reload/--no-reload", help="Read the sources again when they change.")
    ] = True,
    debug: Debug = False,
) -> None:
    """Serve the reference at the type URIs, and a mock of every error."""

    def run_server() -> None:
        from failwell.cli.serve import serve_catalogs  # noqa: PLC0415 - its libraries are an extra of their own

        serve_catalogs(sources, host=host, port=port, base_url=base_url, reload=reload)

    _told_plainly(run_server, debug=debug)


def _in_another_process(arguments: list[str]) -> int:
    """Runs the command anew, for what has been imported of a file that has changed is old."""
    return subprocess.run([sys.executable, "-P", "-m", "failwell.cli", *arguments], check=False).returncode  # noqa: S603


def _told_plainly(command: Callable[[], None], *, debug: bool) -> None:
    try:
        command()
    except FailwellError as error:
        if debug:
            traceback.print_exc()  # the message is its end
        else:
            from failwell.check.output.characters import visible  # noqa: PLC0415 - only for errors

            # Strangers name files and fields, and CI systems obey lines that begin with `::`.
            what, where, hint = map(visible, (error.what, error.where, error.hint))
            typer.echo(f"Error: {FailwellError(what, code=error.code, where=where, hint=hint)}", err=True)
        raise typer.Exit(2) from None
