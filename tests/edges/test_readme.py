"""The README shows what the program really prints."""

import os
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
TYPED = ["1", "44", "2", "1 12", "1 week", "y", "n", "7", "3", *"nnnnnn", "?", "?"]


def words(text):
    """The text without layout: what is typed is not echoed when the input is piped."""
    return " ".join(text.replace("[y/n/?] ?", "[y/n/?]").split())


def test_the_transcript_of_the_readme_is_what_the_interview_prints():
    done = subprocess.run(
        [sys.executable, "-m", "psoas", "interview", "--country", "gb"],
        input="\n".join(TYPED) + "\n", capture_output=True, text=True,
        env=os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"},
    )  # fmt: skip
    transcript = README.read_text(encoding="utf-8").split("```")[1]

    assert words(transcript) in words(done.stdout)


def test_the_figures_of_the_readme_are_those_of_the_library(library):
    text = README.read_text(encoding="utf-8")

    assert f"The {len(library.knowledge.hazards)} hazards" in words(text)
    assert f"{len(library.red_flags)} red flags" in words(text)
