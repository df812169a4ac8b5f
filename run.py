#!/usr/bin/env python3
"""Sets Psoas up on a fresh machine and runs it. Needs Python 3.11 or newer and nothing else.

python3 run.py           set up, then the web app on this computer (without a terminal: a sample first)
python3 run.py test      set up, then everything that must pass (--no-browser leaves the browser tests out)
python3 run.py check     the quick part of it, under half a minute
python3 run.py cases     the development cases and the alarm burden
python3 run.py bench     the benchmarks
python3 run.py docs      the pages that are made from the knowledge
python3 run.py psoas ... any command of the program itself, in the folder where you are
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


PACKAGE = re.compile(r"(?:Collecting |Requirement already satisfied: |Processing \S*[/\\])(\w[\w.]*(?:-[A-Za-z]\w*)*)")
PIP = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install")


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


def run(*command: str | Path, check: bool = True, cwd: Path | None = HERE) -> int:
    """The exit code of a command; when it is stopped by Ctrl-C, it may first put its things in order."""
    with subprocess.Popen([str(part) for part in command], cwd=cwd) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise
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
    tell(f"Setting up ({names}); this takes a minute or two the first time.")
    if not fits():
        tell("1 of 3: a Python environment in .venv")
        run(sys.executable, "-m", "venv", "--clear", VENV)
    tell("2 of 3: the packages")
    install_packages(HERE / "requirements" / f"{names}.txt")
    tell("3 of 3: Psoas itself")
    run(*PIP, "--quiet", "--no-deps", "--no-build-isolation", "--editable", HERE)
    mark.write_text(wanted(names))


def tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def fits() -> bool:
    """Whether there is an environment, made by this version of Python."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    found = [line.partition("=")[2].strip() for line in lines if line.startswith("version")]
    return PYTHON.is_file() and found[:1] != [] and found[0].split(".")[:2] == [str(n) for n in sys.version_info[:2]]


def install_packages(pinned: Path) -> None:
    """Install what is pinned, with a line for each package, so that a slow network does not look like a standstill."""
    total = sum("==" in line for line in pinned.read_text(encoding="utf-8").splitlines())
    command = [str(part) for part in (*PIP, "--require-hashes", "-r", pinned)]
    count = 0
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if package := PACKAGE.match(line):
                count += 1
                tell(f"  {count} of {total}: {package[1]}")
            elif line.startswith("Installing "):
                tell("  unpacking them all")
    if process.returncode:
        stop("Installing the packages failed; see above. It needs a network connection the first time.")


def python(*arguments: str, check: bool = True) -> int:
    return run(PYTHON, *arguments, check=check)


def quick() -> None:
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "ruff", "check", ".")
    python("-m", "mypy")
    python("-m", "psoas", "knowledge", "check")
    python("-m", "pytest", "-m", "not slow and not browser", "-n", "2")


def everything() -> None:
    need_browser()
    need_axe()
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "ruff", "check", ".")
    python("-m", "mypy")
    python("-m", "psoas", "knowledge", "check")
    python("-m", "psoas", "verify", "--report", "build/mutants.md")
    python("-m", "tests.cases")
    python("-m", "pytest", "-n", "2", *(["-m", "not browser"] if NO_BROWSER else []))


def first_run() -> None:
    """The web app; without a terminal first a sample assessment, and no browser is opened."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        raise SystemExit(python("-m", "psoas", "serve", check=False))
    print("No terminal here, so first a sample assessment of examples/saddle.yaml.\n", flush=True)
    python("-m", "psoas", "assess", "examples/saddle.yaml")
    raise SystemExit(python("-m", "psoas", "serve", "--no-browser", check=False))


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
NO_BROWSER = "--no-browser" in sys.argv


def need_browser() -> None:
    """A Chromium for the browser tests; on Debian as root it is installed."""
    if any(shutil.which(name) for name in BROWSERS) or os.environ.get("PSOAS_BROWSER") or NO_BROWSER:
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        run("apt-get", "update", "-qq", check=False)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core")
        return
    stop(
        "The browser tests need Chromium, Chrome or Edge: NOT RUN.\n"
        "Install one, or pass --no-browser to leave them out."
    )


def need_axe() -> None:
    """axe-core for the accessibility tests, as pinned in tests/web/package-lock.json."""
    folder = HERE / "tests" / "web"
    if NO_BROWSER or (folder / "node_modules" / "axe-core" / "axe.min.js").is_file():
        return
    npm = shutil.which("npm")
    if not npm:
        stop(
            "The accessibility tests need npm (Node.js): NOT RUN.\nInstall it, or pass --no-browser to leave them out."
        )
    if subprocess.call([str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder):
        stop("npm ci failed in tests/web; see above.")


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
    if sys.argv[1:2] == ["psoas"]:
        set_up("app")
        # Where the caller stands, so that their files are found; -P, so that no file of theirs is taken for ours.
        raise SystemExit(run(PYTHON, "-P", "-m", "psoas", *sys.argv[2:], check=False, cwd=None))
    job, *rest = [word for word in sys.argv[1:] if word != "--no-browser"] or ["run"]
    if job not in JOBS or rest:
        stop(__doc__ or "")
    names, start = JOBS[job]
    set_up(names)
    start()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
