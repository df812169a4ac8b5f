"""The reference pages say what the knowledge says, and the wheel runs without what only building needs."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import msgspec
import pytest

from psoas.reference import pages

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_reference_pages_are_those_that_the_knowledge_makes(library):
    for name, text in pages(library).items():
        assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == text, "run: make docs"


@pytest.mark.slow
def test_the_wheel_carries_the_compiled_knowledge_and_runs_without_the_parser(tmp_path):
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert "psoas/knowledge.msgpack" in names
    for part in ("templates/base.html", "static/psoas.css", "typst/person.typ", "migrations/versions/0001_episodes.py"):
        assert f"psoas/web/{part}" in names
    assert not [name for name in names if name.endswith(".yaml")]

    # The bare interpreter with msgspec alone: no sqlglot, no YAML.
    venv.create(tmp_path / "env", with_pip=False)
    script = (
        "import sys, psoas; from psoas.triage import triage; "
        "assert not {'sqlglot', 'yaml', 'z3'} & set(sys.modules); "
        "print(triage(psoas.load(), {'saddle_anaesthesia': True, 'respondent': 'self'}).certain.name)"
    )
    paths = f"import sys; sys.path[:0] = [{str(tmp_path / 'site')!r}]; "
    paths += f"import importlib.util as u; s = u.spec_from_file_location('msgspec', {msgspec.__file__!r}); "
    paths += "m = u.module_from_spec(s); sys.modules['msgspec'] = m; s.loader.exec_module(m); "
    python = tmp_path / "env" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = subprocess.run([python, "-c", paths + script], capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "emergency", done.stderr
