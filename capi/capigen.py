#!/usr/bin/env python3
"""Generate the public C header, and everything else that repeats it, from the text above the definitions."""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from capigen.main import main  # noqa: E402  (the package beside this file)

if __name__ == "__main__":
    sys.exit(main())
