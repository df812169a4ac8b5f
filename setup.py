"""Compiles the knowledge into the wheel; everything else is in pyproject.toml."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent


class build_with_knowledge(build_py):
    def run(self) -> None:
        sys.path.insert(0, str(HERE))
        from psoas.building import build
        from psoas.library import KNOWLEDGE, store

        super().run()
        if not self.editable_mode:
            store(build(KNOWLEDGE), "", Path(self.build_lib) / "psoas" / "knowledge.msgpack")


setup(cmdclass={"build_py": build_with_knowledge})
