"""What these tests share: the build folder from the command line, and examples/programs.py."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))

import programs  # noqa: E402,F401

BUILD = Path(sys.argv[1])
LANGUAGE = sys.argv[2] if len(sys.argv) > 2 else None


def main():
    unittest.main(argv=sys.argv[:1], verbosity=2)
