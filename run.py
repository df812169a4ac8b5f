#!/usr/bin/env python3
"""Sets Psoas up on a fresh machine and runs it. Needs Python 3.11 or newer and nothing else.

python3 run.py           set up, then the interview (without a terminal: a sample assessment)
python3 run.py test      set up, then everything that must pass
python3 run.py check     the quick part of it, under half a minute
python3 run.py cases     the development cases and the alarm burden
python3 run.py bench     the benchmarks
python3 run.py docs      the pages that are made from the knowledge
python3 run.py psoas ... any command of the program itself
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stop(message: str) -> None:
    print(message, file=sys.stderr)
    raise SystemExit(1)


def check_python() -> None:
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        stop(
            f"Psoas needs Python 3.11 or newer; this is {found}.\nInstall it from python.org or your system's packages."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("This Python lacks `venv`.\nOn Debian or Ubuntu: sudo apt-get install python3-venv")


def run(*command: str | Path, check: bool = True) -> int:
    code = subprocess.call([str(part) for part in command], cwd=HERE)
    if check and code:
        raise SystemExit(code)
    return code


def installed(names: str, mark: Path) -> bool:
    return mark.is_file() and mark.read_text() == wanted(names) and PYTHON.is_file()


def wanted(names: str) -> str:
    parts = [HERE / "requirements" / f"{names}.txt", HERE / "pyproject.toml"]
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts))
    return f"{sys.version_info[:2]} {digest.hexdigest()}"


def set_up(names: str) -> None:
    """Make the environment and install the pinned packages, once for each change of what is pinned."""
    mark = VENV / f".psoas-{names}"
    if installed(names, mark):
        return
    print(f"Setting up ({names}); this takes a minute or two the first time.", file=sys.stderr)
    if not PYTHON.is_file():
        run(sys.executable, "-m", "venv", VENV)
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    if run(*pip, "--require-hashes", "-r", HERE / "requirements" / f"{names}.txt", check=False):
        stop("Installing the packages failed; see above. It needs a network connection the first time.")
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", HERE)
    mark.write_text(wanted(names))


def python(*arguments: str, check: bool = True) -> int:
    return run(PYTHON, *arguments, check=check)


def quick() -> None:
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "ruff", "check", ".")
    python("-m", "mypy")
    python("-m", "psoas", "knowledge", "check")
    python("-m", "pytest", "-m", "not slow", "-n", "2")


def everything() -> None:
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "ruff", "check", ".")
    python("-m", "mypy")
    python("-m", "psoas", "knowledge", "check")
    python("-m", "psoas", "verify", "--report", "build/mutants.md")
    python("-m", "tests.cases")
    python("-m", "pytest", "-n", "2")


def first_run() -> None:
    if sys.stdin.isatty() and sys.stdout.isatty():
        raise SystemExit(python("-m", "psoas", "interview", check=False))
    print("No terminal here, so this is a sample assessment of examples/saddle.yaml.\n")
    python("-m", "psoas", "assess", "examples/saddle.yaml")


def bench() -> None:
    for script in sorted((HERE / "bench").glob("bench_*.py")):
        python(str(script))


JOBS = {
    "run": ("app", first_run),
    "test": ("test", everything),
    "check": ("test", quick),
    "cases": ("test", lambda: python("-m", "tests.cases")),
    "bench": ("bench", bench),
    "docs": ("test", lambda: python("-m", "psoas", "knowledge", "docs")),
}


def main() -> None:
    check_python()
    job, *rest = sys.argv[1:] or ["run"]
    if job == "psoas":
        set_up("app")
        raise SystemExit(python("-m", "psoas", *rest, check=False))
    if job not in JOBS or rest:
        stop(__doc__ or "")
    names, start = JOBS[job]
    set_up(names)
    start()


if __name__ == "__main__":
    main()
