"""The set-up: when the environment is made anew, and what is told meanwhile."""

import sys

import pytest

import run

OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("config", "fits"),
    [
        (f"home = /usr/bin\nversion = {OWN}.1\n", True),
        (f"version_info = {OWN}.1.final.0\n", True),
        ("version = 3.5.1\n", False),
        (f"version = {OWN}9.1\n", False),
        ("home = /usr/bin\n", False),
        (None, False),
    ],
)
def test_an_environment_of_another_python_does_not_fit(tmp_path, monkeypatch, config, fits):
    monkeypatch.setattr(run, "VENV", tmp_path)
    monkeypatch.setattr(run, "PYTHON", tmp_path / "python")
    (tmp_path / "python").touch()
    if config is not None:
        (tmp_path / "pyvenv.cfg").write_text(config)

    assert run.fits() is fits


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Collecting markdown-it-py==4.0.0 (from -r app.txt (line 9))", "markdown-it-py"),
        ("Requirement already satisfied: h11==0.16.0 in /x", "h11"),
        ("Processing /opt/wheels/typing_extensions-4.16.0-py3-none-any.whl (from -r /b/app.txt)", "typing_extensions"),
    ],
)
def test_each_package_is_told_by_its_name(line, name):
    assert run.PACKAGE.match(line)[1] == name


@pytest.mark.parametrize("line", ["  Downloading h11-0.16.0.whl", "Installing collected packages: h11"])
def test_other_lines_are_not_counted(line):
    assert run.PACKAGE.match(line) is None


def test_a_command_runs_where_it_is_told_to(tmp_path, capfd):
    run.run(sys.executable, "-c", "import os; print(os.getcwd())", cwd=tmp_path)

    assert capfd.readouterr().out.strip() == str(tmp_path.resolve())
