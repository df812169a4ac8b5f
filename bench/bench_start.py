"""Loading the library, starting the program, and proving everything; peers: PyYAML on the same files, bare Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.common import machine, median, shown
from psoas import load
from psoas.building import build
from psoas.library import KNOWLEDGE, files, shipped
from psoas.verify import verify


def fresh() -> None:
    shipped.cache_clear()
    load()


def program(*arguments: str) -> float:
    return median(lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True), repeats=5)


def main() -> None:
    print(machine("msgspec", "PyYAML", "typer", "z3-solver"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded = median(fresh)
    parsed = median(lambda: [yaml.load(path.read_bytes(), Loader=loader) for path in files()], repeats=3)
    print(
        f"psoas.load(): {shown(loaded)} (budget 100 ms); "
        f"PyYAML on the same files {shown(parsed)}, ratio {parsed / loaded:.0f}"
    )
    print(f"building and checking the knowledge anew: {shown(median(lambda: build(KNOWLEDGE), repeats=3))}")
    bare, help_ = program("-c", "pass"), program("-m", "psoas", "--help")
    print(f"psoas --help: {shown(help_)} (budget 300 ms); bare Python {shown(bare)}, ratio {help_ / bare:.1f}")
    result = verify(load())
    print(
        f"psoas verify: {result.seconds:.1f} s (budget 10 s), "
        f"{len(result.theorems)} theorems, {len(result.mutants)} mutants"
    )


if __name__ == "__main__":
    main()
