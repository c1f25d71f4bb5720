"""What capigen prints for a small tree."""
import shutil
import subprocess
import unittest

from fixture import SLEEP, TEXT, Tree, function

CALL = function("asy_status asy_call_later(asy_loop *loop, uint64_t delay_ns, asy_call_cb on_call, void *user_data, "
                "asy_free_cb on_free, asy_future **out_future)", "[in] loop the loop; borrowed", "[in] delay_ns when",
                "[in] on_call called once", "[in] user_data handed to `on_call`", "[in] on_free releases it, or NULL",
                "[out] out_future the call", more="@retval ASY_E_CANCELLED never \"so\"")


class Printed(Tree):
    def generated(self, name: str) -> str:
        status, said = self.capigen()
        self.assertEqual(status, 0, said)
        return self.get(name)


class Header(Printed):
    def test_function_keeps_its_text_and_markers(self):
        text = TEXT.replace("#", "")
        self.assertIn(text + "ASY_API asy_future *asy_sleep(asy_loop *loop, uint64_t delay_ns) ASY_NOEXCEPT;\n",
                      self.generated("capi/libasync.h"))

    def test_long_declaration_is_aligned(self):
        self.put_code(CALL)
        self.assertIn("ASY_API asy_status asy_call_later(asy_loop *loop, uint64_t delay_ns, asy_call_cb on_call,\n"
                      + " " * 34 + "void *user_data, asy_free_cb on_free,\n"
                      + " " * 34 + "asy_future **out_future) ASY_NOEXCEPT;\n", self.generated("capi/libasync.h"))

    def test_no_parameters_are_void(self):
        self.put_code(function("void asy_rest()", returns=""))
        self.assertIn("ASY_API void asy_rest(void) ASY_NOEXCEPT;", self.generated("capi/libasync.h"))

    def test_forward_declared_struct(self):
        self.put_types("typedef struct asy_node asy_node;\n\n/**\n * Called.\n * @param node it\n * @since 0.1\n */\n"
                       "typedef void (*asy_node_cb)(asy_node *node);\n\n/**\n * A node.\n * @since 0.1\n */\n"
                       "struct asy_node {\n  /** The next. */\n  asy_node *next;\n"
                       "  /** Words. */\n  uint64_t args[6];\n};")
        header = self.generated("capi/libasync.h")
        self.assertIn("typedef struct asy_node asy_node;\n\n/**\n * Called.", header)
        self.assertIn("\nstruct asy_node {\n  /** The next. */\n  asy_node *next;\n"
                      "  /** Words. */\n  uint64_t args[6];\n};\n", header)

    def test_version_comes_from_cmake(self):
        self.assertIn('#define LIBASYNC_VERSION_STRING "0.1.0"', self.generated("capi/libasync.h"))

    def test_vocabulary_first_then_concepts_by_floor(self):
        self.put("libasync/task/sleep.hpp", "")
        self.put("libasync/base/zeal.hpp", "")
        self.put_code(function("void asy_zeal(void)", returns=""), "zeal")
        self.put_code(function("void asy_odd(void)", returns=""), "odd")
        header = self.generated("capi/libasync.h")
        order = ("asy_status;", "} asy_loop_options;", "asy_zeal(", "asy_sleep(", "asy_odd(")
        places = [header.index(name) for name in order]
        self.assertEqual(places, sorted(places))

    def test_body_of_a_text_survives(self):
        body = (" * Some *words* -- and a list:\n *\n * - one\n * - two `x < 3`\n *\n"
                " * @code{.c}\n * asy_sleep(loop, 3);\n *   x();\n * @endcode\n *\n")
        self.put_code(SLEEP.replace(" * @param[in] loop", body + " * @param[in] loop"))
        self.assertIn(body, self.generated("capi/libasync.h"))

    def test_compiles_as_c_and_cxx(self):
        self.put_code(SLEEP + CALL)
        self.generated("capi/libasync.h")
        self.put("user.c", '#include "capi/libasync.h"\nint main(void) { return ASY_OK; }\n')
        flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
        for compiler in filter(shutil.which, ("gcc", "clang")):
            for language, standard in (("c", "c99"), ("c", "c17"), ("c++", "c++20")):
                with self.subTest(compiler=compiler, standard=standard):
                    subprocess.run([compiler, "-x", language, f"-std={standard}", *flags, "user.c"],
                                   cwd=self.root, check=True)


class Symbols(Printed):
    def setUp(self):
        super().setUp()
        self.put_code(SLEEP + function("void asy_rest(void)", returns="").replace("@since 0.1", "@since 0.10")
                      + function("void asy_nap(void)", returns="").replace("@since 0.1", "@since 0.2"))

    def test_map_has_a_node_per_release(self):
        self.assertEqual(self.generated("capi/libasync.map"),
                         "LIBASYNC_0.1 {\n  global:\n    asy_sleep;\n  local:\n    *;\n};\n\n"
                         "LIBASYNC_0.2 {\n  global:\n    asy_nap;\n} LIBASYNC_0.1;\n\n"
                         "LIBASYNC_0.10 {\n  global:\n    asy_rest;\n} LIBASYNC_0.2;\n")

    def test_debian_symbols(self):
        self.assertEqual(self.generated("packaging/debian/libasync0.symbols"),
                         "libasync.so.0 libasync0 #MINVER#\n* Build-Depends-Package: libasync-dev\n"
                         " LIBASYNC_0.1@LIBASYNC_0.1 0.1\n LIBASYNC_0.2@LIBASYNC_0.2 0.2\n"
                         " LIBASYNC_0.10@LIBASYNC_0.10 0.10\n asy_nap@LIBASYNC_0.2 0.2\n"
                         " asy_rest@LIBASYNC_0.10 0.10\n asy_sleep@LIBASYNC_0.1 0.1\n")


class Scripts(Printed):
    def setUp(self):
        super().setUp()
        self.put_code(SLEEP + CALL)

    def test_docstring_has_types_and_errors(self):
        text = self.generated("bindings/python/docstrings.i")
        self.assertIn('%feature("docstring") asy_sleep "Finish after a delay.\n', text)
        self.assertIn("  asy_loop *loop: the loop to sleep on; borrowed\n", text)
        self.assertIn('Errors:\n  ASY_E_CANCELLED: never \\"so\\"\n', text)
        self.assertIn("Threads: the loop's\n", text)

    def test_python_stub(self):
        text = self.generated("bindings/python/_core.pyi")
        self.assertIn("def sleep(loop: Loop, delay_ns: int) -> Future: ...\n", text)
        self.assertIn("def call_later(loop: Loop, delay_ns: int, on_call: Callable[..., Any] | None) -> Future: ...\n",
                      text)
        self.assertIn("Task = Future\n", text)
        compile(text, "_core.pyi", "exec")

    def test_lua_library(self):
        future, more = "[in] future it; borrowed", "[in] delay_ns nanoseconds to wait; #ASY_FOREVER is long"
        self.put("bindings/lua/omit.txt", "# why\nasy_*_ref  counted\n")
        self.put_code(SLEEP + CALL
                      + function("asy_future *asy_future_ref(asy_future *future)", future)
                      + function("asy_future *asy_future_nap(asy_future *future, uint64_t delay_ns)", future, more,
                                 returns="a future of the bytes; fails with #ASY_E_CANCELLED")
                      + function("int32_t asy_future_is_up(asy_future *future, const char *end)", future,
                                 "[in] end where, or NULL; copied", returns="1 or 0")
                      + function("asy_status asy_future_is_up_too(asy_future *future)", future,
                                 returns="zero or a negative asy_status")
                      + function("int32_t asy_task_is_up(asy_task *task)", "[in] task it; borrowed")
                      + function("uint32_t asy_task_count(asy_task *task)", "[in] task it; borrowed",
                                 returns="how many; see asy_task_is_up()")
                      + function("size_t asy_task_words(asy_task *task, char *buffer, size_t size)",
                                 "[in] task it; borrowed", "[in,out] buffer receives them; or NULL", "[in] size its room",
                                 returns="the length")
                      + function("void asy_task_stop(asy_task *task, int32_t at_once)", "[in] task it; borrowed",
                                 "[in] at_once nonzero to wait for nobody", returns=""))
        text = self.generated("bindings/lua/library/libasync.lua")
        self.assertEqual(text.split("\n\n", 1)[1], """\
---@class asy_future

---Do it.
---@param delay? number seconds to wait; math.huge is long
---@async
---@return string the bytes
function asy_future:nap(delay) end

---Do it.
---@param end_? string where
---@return boolean
function asy_future:is_up(end_) end

---Do it.
function asy_future:is_up_too() end

---Do it.
---@return integer how many; see task:is_up()
function asy_future:count() end

---Do it.
---@return string
function asy_future:words() end

---Do it.
---@param at_once boolean true to wait for nobody
function asy_future:stop(at_once) end
""")

    def test_lua_reasons(self):
        self.put_code(SLEEP + function("asy_status asy_future_open(asy_future *future)", "[in] future it; borrowed",
                                       returns="zero or negative", more="@retval ASY_E_STATE `future` is \"up\""))
        text = self.generated("bindings/lua/reasons.inc")
        self.assertIn('{"future_open", ASY_E_STATE, "\'future\' is \\"up\\""},\n', text)


if __name__ == "__main__":
    unittest.main()
