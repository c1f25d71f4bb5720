"""A tree just large enough for capigen, in a temporary folder."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "capi"))

from capigen.main import main, read  # noqa: E402
from capigen.model import Model  # noqa: E402

ABI = """\
/** @file
 * @brief The vocabulary. */
#ifndef LIBASYNC_BASE_ABI_H
#define LIBASYNC_BASE_ABI_H
#include <stdint.h>

/**
 * A duration that never ends.
 * @since 0.1
 */
#define ASY_FOREVER UINT64_MAX

/**
 * Zero or a negative constant.
 * @since 0.1
 */
typedef int32_t asy_status;

/**
 * Values of an #asy_status.
 * @since 0.1
 */
enum asy_status_code {
  /** It worked. */
  ASY_OK = 0,
  /** It was cancelled. */
  ASY_E_CANCELLED = -1
};

/**
 * A loop.
 * @since 0.1
 */
typedef struct asy_loop asy_loop;

/**
 * An outcome to come.
 * @since 0.1
 */
typedef struct asy_future asy_future;

/**
 * A future that drives a coroutine.
 * @since 0.1
 */
typedef struct asy_future asy_task;

/**
 * Releases what a callback owned.
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_free_cb)(void *user_data);

/**
 * Called on the loop.
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_call_cb)(void *user_data);

/**
 * A value of any language.
 * @since 0.1
 */
typedef struct asy_value {
  /** What it is. */
  uint32_t kind;
  /** Zero. */
  uint32_t reserved;
  /** The number or what it refers to. */
  uint64_t bits;
} asy_value;
"""
TYPES = """\
/** @file
 * @brief Options. */
#ifndef LIBASYNC_CAPI_TYPES_H
#define LIBASYNC_CAPI_TYPES_H
#include "libasync/base/abi.h"

/**
 * Options of asy_loop_new().
 * @since 0.1
 */
typedef struct asy_loop_options {
  /** Set to `sizeof(asy_loop_options)`. */
  size_t size;
  /** Zero. */
  uint64_t flags;
} asy_loop_options;
"""
TEXT = """\
/**
 * Finish after a delay.
 *
 * @param[in] loop the loop to sleep on; borrowed
 * @param[in] delay_ns nanoseconds to wait; #ASY_FOREVER waits until cancelled
 * @return a future without a value; fails with #ASY_E_CANCELLED when cancelled
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
"""
SLEEP = TEXT + """\
ASY_API asy_future *asy_sleep(asy_loop *loop, uint64_t delay_ns) ASY_NOEXCEPT {
  return start(loop, delay_ns);
}
"""


def function(declaration: str, *params: str, returns: str = "what it says", threads: str = "the loop's",
             more: str = "") -> str:
    """A function with a correct text, written as `asy_status asy_x(asy_loop *loop)` and `[in] loop it; borrowed`."""
    lines = ["Do it.", "", *(f"@param{param}" for param in params), f"@return {returns}" if returns else None,
             "@par Ownership", "nothing changes hands", "@par Threads", threads, more or None, "@since 0.1"]
    text = "\n".join(f" * {line}".rstrip() for line in lines if line is not None)
    return f"/**\n{text}\n */\nASY_API {declaration} ASY_NOEXCEPT {{ return {{}}; }}\n"


class Tree(unittest.TestCase):
    """Gives each test a fresh tree and the ways to run capigen on it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        self.put("CMakeLists.txt", "project(libasync VERSION 0.1.0 LANGUAGES C)\n")
        self.put("capi/CMakeLists.txt", "set_target_properties(async PROPERTIES SOVERSION 0)\n")
        self.put("libasync/base/abi.h", ABI + "\n#endif\n")
        self.put("capi/types.h", TYPES + "\n#endif\n")
        self.put_code(SLEEP)

    def put(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def get(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def put_code(self, code: str, concept: str = "sleep") -> None:
        title = f"/** @file\n * @brief {concept.title()}. */\n"
        self.put(f"capi/{concept}.cpp", f'{title}#include "capi/handles.hpp"\n\nextern "C" {{\n\n{code}\n}}\n')

    def put_types(self, declarations: str) -> None:
        self.put("capi/types.h", f"{TYPES}\n{declarations}\n#endif\n")

    def read(self) -> tuple[Model, list[str]]:
        return read(self.root)

    def capigen(self, *arguments: str) -> tuple[int, str]:
        """Exit status and everything printed."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = main(["--root", str(self.root), *arguments])
        return status, printed.getvalue()
