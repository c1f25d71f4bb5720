"""Which functions become operations of asy_loop_step_batch(), with which code, under which numbers."""
import unittest

from fixture import SLEEP, Tree, function

LOOP = "[in] loop the loop; borrowed"


class Batch(Tree):
    def operation(self, declaration: str, *params: str, **more) -> str:
        """The lines that the function leaves in batch_ops.inc."""
        self.put_code(function(declaration, *params, **more))
        status, said = self.capigen()
        self.assertEqual(status, 0, said)
        return self.get("capi/batch_ops.inc").split("\n\n", 1)[1]

    def excluded(self, reason: str, declaration: str, *params: str, **more) -> None:
        text = self.operation(declaration, *params, **more)
        self.assertNotIn("case", text)
        self.assertIn(f": {reason}", text)


class Code(Batch):
    def test_future(self):
        text = self.operation("asy_future *asy_nap(asy_loop *loop, uint64_t delay_ns)", LOOP, "[in] delay_ns how long")
        self.assertIn("case ASY_OP_NAP:\n"
                      "  result.future = asy_nap((asy_loop *)(uintptr_t)a[0], (uint64_t)a[1]);\n"
                      "  break;\n", text)

    def test_status(self):
        self.assertIn("  result.status = asy_task_nap((asy_task *)(uintptr_t)a[0]);\n",
                      self.operation("asy_status asy_task_nap(asy_task *task)", "[in] task it; borrowed"))

    def test_integer(self):
        self.assertIn("  result.word = (int64_t)asy_task_state((const asy_task *)(uintptr_t)a[0]);\n",
                      self.operation("uint32_t asy_task_state(const asy_task *task)", "[in] task it; borrowed"))

    def test_handle(self):
        self.assertIn("  result.word = (int64_t)(intptr_t)asy_task_loop((asy_task *)(uintptr_t)a[0]);\n",
                      self.operation("asy_loop *asy_task_loop(asy_task *task)", "[in] task it; borrowed"))

    def test_nothing(self):
        self.assertIn("case ASY_OP_REST:\n  asy_rest();\n  break;\n", self.operation("void asy_rest(void)", returns=""))

    def test_bytes_and_text_are_words(self):
        self.assertIn("asy_put((const char *)(uintptr_t)a[0], (const void *)(uintptr_t)a[1], (size_t)a[2])",
                      self.operation("asy_status asy_put(const char *name, const void *data, size_t size)",
                                     "[in] name it; copied", "[in] data it; copied", "[in] size it"))

    def test_value_and_options_are_pointers(self):
        self.assertIn("asy_put((asy_value *)(uintptr_t)a[0], (const asy_loop_options *)(uintptr_t)a[1])",
                      self.operation("asy_status asy_put(asy_value *value, const asy_loop_options *options)",
                                     "[in] value it; consumed", "[in] options it; copied, or NULL"))

    def test_output_becomes_the_result(self):
        text = self.operation("asy_status asy_count(asy_loop *loop, uint32_t *out_count)", LOOP, "[out] out_count it")
        self.assertIn("case ASY_OP_COUNT: {\n"
                      "  uint32_t out{};\n"
                      "  result.status = asy_count((asy_loop *)(uintptr_t)a[0], &out);\n"
                      "  result.word = (int64_t)out;\n"
                      "  break;\n"
                      "}\n", text)

    def test_output_of_a_future(self):
        text = self.operation("asy_status asy_find(asy_loop *loop, asy_task **out_task)", LOOP, "[out] out_task it")
        self.assertIn("  asy_task *out{};\n"
                      "  result.status = asy_find((asy_loop *)(uintptr_t)a[0], &out);\n"
                      "  result.future = out;\n", text)


    def test_value_that_is_consumed_and_left_nil(self):
        self.assertIn("asy_put((asy_value *)(uintptr_t)a[0])",
                      self.operation("asy_status asy_put(asy_value *value)", "[in,out] value it; consumed, left nil"))


class Excluded(Batch):
    def test_value_that_is_changed(self):
        self.excluded("takes 'asy_value *'", "asy_status asy_clear(asy_value *value)", "[in,out] value it; borrowed")

    def test_callback(self):
        self.excluded("takes a callback", "void asy_call(asy_call_cb on_call, void *user_data, asy_free_cb on_free)",
                      "[in] on_call it", "[in] user_data it", "[in] on_free it", returns="")

    def test_double(self):
        self.excluded("takes 'double'", "void asy_set(double value)", "[in] value it", returns="")

    def test_text_as_result(self):
        self.excluded("returns 'const char *'", "const char *asy_name(void)")

    def test_struct_that_is_filled(self):
        self.excluded("gives 'asy_value *'", "asy_status asy_get(asy_value *out_value)", "[out] out_value it")

    def test_array_of_handles(self):
        self.excluded("takes 'asy_future *const *'", "asy_future *asy_all(asy_future *const *futures, size_t count)",
                      "[in] futures them; borrowed", "[in] count of them")

    def test_seven_words(self):
        names = "abcdefg"
        self.excluded("more than 6 words", f"void asy_set({', '.join('uint32_t ' + name for name in names)})",
                      *(f"[in] {name} it" for name in names), returns="")

    def test_two_outputs(self):
        self.excluded("more than one output", "void asy_get(uint32_t *out_a, uint32_t *out_b)", "[out] out_a it",
                      "[out] out_b it", returns="")

    def test_before_the_loop_runs(self):
        self.excluded("not for the loop's thread while it runs", "asy_status asy_set(asy_loop *loop)", LOOP,
                      threads="before the loop runs")

    def test_running_and_closing(self):
        for name in ("asy_loop_run_forever", "asy_loop_step", "asy_loop_close", "asy_loop_release"):
            with self.subTest(name):
                self.excluded("never: runs, ends or hands over the loop", f"asy_status {name}(asy_loop *loop)", LOOP)

    def test_the_loop_itself_consumed(self):
        self.excluded("never: takes the loop it runs on", "void asy_loop_unref(asy_loop *loop)",
                      "[in] loop the loop; consumed", returns="")

    def test_by_its_own_text(self):
        self.excluded("never: it blocks", "asy_status asy_wait(asy_loop *loop)", LOOP,
                      more="@par Batch\nnever: it blocks")

    def test_table_of_callbacks(self):
        self.put_types("/**\n * A table.\n * @since 0.1\n */\n"
                       "typedef struct asy_table {\n  /** One. */\n  asy_call_cb on_one;\n} asy_table;")
        self.excluded("takes a table of callbacks", "void asy_set(const asy_table *table)", "[in] table it; borrowed",
                      returns="")


class Numbers(Tree):
    def codes(self) -> str:
        status, said = self.capigen()
        self.assertEqual(status, 0, said)
        return self.get("capi/libasync.h").split("enum asy_op_code {")[1].split("};")[0]

    def test_start_at_one(self):
        self.assertIn("  /** asy_sleep(loop, delay_ns) */\n  ASY_OP_SLEEP = 1\n", self.codes())

    def test_a_new_function_gets_the_next_number(self):
        self.codes()
        self.put_code(function("void asy_ahead(void)", returns="") + SLEEP, "ahead")
        (self.root / "capi/sleep.cpp").unlink()
        codes = self.codes()
        self.assertIn("ASY_OP_SLEEP = 1,", codes)
        self.assertIn("ASY_OP_AHEAD = 2", codes)

    def test_a_lost_function_leaves_a_hole(self):
        self.put_code(SLEEP + function("void asy_rest(void)", returns=""))
        self.codes()
        self.put_code(function("void asy_rest(void)", returns=""))
        self.assertNotIn("SLEEP", self.codes())
        self.put_code(function("void asy_rest(void)", returns="") + function("void asy_nap(void)", returns=""))
        codes = self.codes()
        self.assertIn("ASY_OP_REST = 2,", codes)
        self.assertIn("ASY_OP_NAP = 3", codes)

    def test_a_code_may_not_take_a_constant_s_name(self):
        self.put_types("/**\n * Flags.\n * @since 0.1\n */\n"
                       "enum asy_op_flag {\n  /** One. */\n  ASY_OP_SLEEP = 1\n};")
        status, said = self.capigen()
        self.assertEqual(status, 1)
        self.assertIn("ASY_OP_SLEEP: declared before in capi/types.h", said)

    def test_sources_may_link_to_the_codes(self):
        self.put_code(SLEEP.replace("#ASY_FOREVER", "#asy_op_code, #ASY_OP_SLEEP"))
        self.codes()


if __name__ == "__main__":
    unittest.main()
