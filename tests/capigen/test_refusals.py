"""Everything capigen refuses, one fixture and one message each."""
import unittest

from fixture import SLEEP, TEXT, Tree, function

CALL = "[in] on_call called once"
DATA = "[in] user_data handed to `on_call`"
FREE = "[in] on_free releases `user_data`"
LOOP = "[in] loop the loop; borrowed"


class Refusals(Tree):
    def refused(self, message: str) -> None:
        """Exactly one refusal, and it is this one."""
        _, refusals = self.read()
        self.assertEqual(len(refusals), 1, refusals)
        self.assertIn(message, refusals[0])

    def refused_code(self, code: str, message: str) -> None:
        self.put_code(code)
        self.refused(message)

    def refused_types(self, declarations: str, message: str) -> None:
        self.put_types(declarations)
        self.refused(message)

    def changed(self, old: str, new: str, message: str) -> None:
        self.assertIn(old, SLEEP)
        self.refused_code(SLEEP.replace(old, new), message)


class Clean(Refusals):
    def test_the_fixture_itself_is_accepted(self):
        self.assertEqual(self.read()[1], [])

    def test_a_refusal_names_file_line_and_declaration(self):
        self.changed(" * @since 0.1\n", "", "capi/sleep.cpp:18: asy_sleep: no @since")


class TextOfFunctions(Refusals):
    def test_no_text(self):
        self.put_code(SLEEP.replace(TEXT, ""))
        refusals = "\n".join(self.read()[1])
        for what in ("no text", "no @since", "@param describes ()", "no @par Ownership", "@par Threads says ''",
                     "no @return"):
            self.assertIn(what, refusals)

    def test_brief_over_two_lines(self):
        self.changed("Finish after a delay.", "Finish after\n * a delay.",
                     "the first sentence runs over several lines")

    def test_param_without_direction(self):
        self.changed("@param[in] delay_ns", "@param delay_ns", "@param delay_ns has no direction")

    def test_pointer_without_ownership(self):
        self.changed("; borrowed", "", "@param loop does not say whose it is; write `borrowed`, `copied`")

    def test_param_missing(self):
        self.changed(" * @param[in] loop the loop to sleep on; borrowed\n", "",
                     "@param describes (delay_ns), the parameters are (loop, delay_ns)")

    def test_param_without_text(self):
        self.changed("nanoseconds to wait; #ASY_FOREVER waits until cancelled", "", "@param delay_ns has no text")

    def test_return_missing(self):
        self.changed(" * @return a future without a value; fails with #ASY_E_CANCELLED when cancelled\n", "",
                     "asy_sleep: no @return")

    def test_return_of_nothing(self):
        self.refused_code(function("void asy_rest(void)", returns="zero"), "asy_rest: @return, but it returns nothing")

    def test_ownership_missing(self):
        self.changed(" * @par Ownership\n * the caller owns one reference\n", "", "no @par Ownership")

    def test_threads_missing(self):
        self.changed(" * @par Threads\n * the loop's\n", "", "@par Threads says ''; begin with `any`, ")

    def test_threads_of_other_words(self):
        self.changed("the loop's\n", "all\n", "@par Threads says 'all'")

    def test_since_that_is_no_release(self):
        self.changed("@since 0.1", "@since soon", "no @since X.Y")

    def test_unknown_paragraph(self):
        self.changed("@par Ownership", "@par Colour\n * red\n * @par Ownership",
                     "the text holds '@par colour', which capigen cannot print")

    def test_table(self):
        self.changed(" *\n * @param[in] loop", " *\n * a | b\n * --|--\n * 1 | 2\n *\n * @param[in] loop",
                     "the text holds 'table'")

    def test_heading(self):
        self.put_code(SLEEP.replace(" *\n * @param[in] loop", " *\n * # Head\n *\n * @param[in] loop"))
        self.assertIn("the text holds 'sect1'", "\n".join(self.read()[1]))

    def test_unknown_link(self):
        self.changed("#ASY_FOREVER", "#ASY_NEVER", "link request to 'ASY_NEVER' could not be resolved")

    def test_generated_code_inside_a_function_is_not_missed(self):
        self.put_code(SLEEP.replace("  return", '#include "capi/batch_ops.inc"\n  return'))
        self.assertEqual(self.read()[1], [])

    def test_file_without_title(self):
        self.put("capi/sleep.cpp", self.get("capi/sleep.cpp").replace(" * @brief Sleep. */", " */"))
        self.refused("capi/sleep.cpp:1: capi/sleep.cpp: no title")


class Signatures(Refusals):
    def test_prefix(self):
        self.refused_code(function("asy_status sleep_now(void)"),
                          "sleep_now: the name does not fit; write asy_<noun>_<verb>")

    def test_long_name(self):
        name = "asy_" + "x" * 37
        self.refused_code(function(f"asy_status {name}(void)"), f"{name}: the name has 41 characters; 40 is the most")

    def test_name_of_posix(self):
        self.refused_code(function("asy_status asy_sleep_t(void)"), "names ending in _t are POSIX's")

    def test_not_marked(self):
        self.put_code(SLEEP.replace("ASY_API ", "", 1))
        self.refused("asy_sleep: no ASY_API before the function")

    def test_may_throw(self):
        self.changed(" ASY_NOEXCEPT", "", "asy_sleep: no ASY_NOEXCEPT after the parameters")

    def test_inline(self):
        self.changed("ASY_API ", "ASY_API inline ", "inline")

    def test_inline_in_a_header(self):
        self.refused_types("static inline int asy_one(void) { return 1; }",
                           "asy_one: a function in a header, inline or not")

    def test_in_a_namespace(self):
        self.refused_code(f"namespace libasync {{\n{SLEEP}\n}}\n", "asy_sleep: ASY_API inside a namespace")

    def test_variadic(self):
        self.refused_code(function("void asy_log(const char *form, ...)", "[in] form the text; copied",
                                   returns=""), "asy_log: is variadic")

    def test_struct_by_value(self):
        self.refused_code(function("void asy_set(asy_value value)", "[in] value it", returns=""),
                          "'value' is passed by value as 'asy_value'; write a pointer")

    def test_result_by_value(self):
        self.refused_code(function("asy_value asy_get(void)"), "the result is passed by value as 'asy_value'")

    def test_machine_types(self):
        for type_, instead in {"bool": "int32_t", "long": "int64_t", "time_t": "uint64_t nanoseconds",
                               "int": "int32_t", "unsigned long": "uint64_t", "float": "double"}.items():
            with self.subTest(type_):
                self.refused_code(function(f"void asy_set({type_} value)", "[in] value it", returns=""),
                                  f"'value' has type '{type_}'; write {instead}")

    def test_enum(self):
        self.refused_code(function("void asy_set(enum asy_status_code value)", "[in] value it", returns=""),
                          "'value' has an enum's type; write int32_t or uint32_t")

    def test_foreign_type(self):
        self.refused_code(function("void asy_adopt(uv_loop_t *host)", "[in] host it; borrowed", returns=""),
                          "'host' has type 'uv_loop_t *', which this header does not know")

    def test_array(self):
        self.refused_code(function("void asy_set(uint32_t values[3])", "[in] values them", returns=""),
                          "'values[3]' is an array parameter")

    def test_parameter_without_name(self):
        self.refused_code(function("void asy_set(uint32_t)", returns=""), "has no name")

    def test_bare_function_pointer(self):
        self.put_code(function("void asy_set(void (*on_call)(void *))", "[in] on_call called", returns=""))
        self.assertIn("is a bare function pointer; write a typedef asy_<event>_cb", "\n".join(self.read()[1]))

    def test_output_with_another_name(self):
        self.refused_code(function("void asy_get(uint32_t *count)", "[out] count it", returns=""),
                          "'count' is @param[out]; what is only written is [out] and named out_<noun>")

    def test_output_that_is_no_pointer(self):
        self.refused_code(function("void asy_get(uint32_t out_count)", "[out] out_count it", returns=""),
                          "'out_count' is an output but no pointer")

    def test_defined_twice(self):
        self.put_code(SLEEP, "nap")
        self.refused("asy_sleep: declared before in capi/nap.cpp:19")

    def test_data_symbol(self):
        self.refused_code(SLEEP + "ASY_API int32_t asy_count;\n", "asy_count: a data symbol")

    def test_data_symbol_in_a_header(self):
        self.refused_types("extern int32_t asy_count;", "asy_count: a data symbol")

    def test_under_a_condition(self):
        self.put_code(SLEEP + "#ifdef __linux__\n" + function("void asy_rest(void)", returns="") + "#endif\n")
        self.refused("capi/sleep.cpp:32: a declaration under a condition")


class Callbacks(Refusals):
    def test_complete_triple_is_accepted(self):
        self.put_code(function("void asy_call(asy_loop *loop, asy_call_cb on_call, void *user_data, "
                               "asy_free_cb on_free)", LOOP, CALL, DATA, FREE, returns=""))
        self.assertEqual(self.read()[1], [])

    def test_several_events_are_accepted(self):
        self.put_code(function("void asy_call(asy_call_cb on_call, asy_call_cb on_more, void *user_data, "
                               "asy_free_cb on_free)", CALL, "[in] on_more or NULL", DATA, FREE, returns=""))
        self.assertEqual(self.read()[1], [])

    def test_memory_handed_over_is_accepted(self):
        self.put_code(function("void asy_keep(void *object, asy_free_cb on_free)", "[in] object it; consumed", FREE,
                               returns=""))
        self.assertEqual(self.read()[1], [])

    def test_registration_to_remove_is_accepted(self):
        self.put_code(function("void asy_call_remove_hook(asy_call_cb on_call, void *user_data)", CALL, DATA,
                               returns=""))
        self.assertEqual(self.read()[1], [])

    def test_user_data_alone(self):
        self.refused_code(function("void asy_call(void *user_data)", DATA, returns=""),
                          "'user_data' is not part of an adjacent triple")

    def test_on_free_alone(self):
        self.refused_code(function("void asy_call(asy_free_cb on_free)", FREE, returns=""),
                          "'on_free' is not part of an adjacent triple")

    def test_without_on_free(self):
        self.refused_code(function("void asy_call(asy_call_cb on_call, void *user_data)", CALL, DATA, returns=""),
                          "'on_call' is not part of an adjacent triple")

    def test_not_adjacent(self):
        self.refused_code(function("void asy_call(asy_call_cb on_call, asy_loop *loop, void *user_data, "
                                   "asy_free_cb on_free)", CALL, LOOP, DATA, FREE, returns=""),
                          "'on_call' is not part of an adjacent triple")

    def test_other_name(self):
        self.refused_code(function("void asy_call(asy_call_cb callback, void *user_data, asy_free_cb on_free)",
                                   "[in] callback called", DATA, FREE, returns=""),
                          "'callback' is not part of an adjacent triple")

    def test_typedef_with_another_name(self):
        self.refused_types("/**\n * Called.\n * @since 0.1\n */\ntypedef void (*asy_thing)(void);",
                           "asy_thing: the name does not fit; write asy_<event>_cb")

    def test_typedef_of_a_function(self):
        self.refused_types("/**\n * Called.\n * @since 0.1\n */\ntypedef void asy_thing_cb(void *user_data);",
                           "asy_thing_cb: a function type")

    def test_typedef_without_params(self):
        self.refused_types("/**\n * Called.\n * @since 0.1\n */\ntypedef void (*asy_thing_cb)(void *user_data);",
                           "asy_thing_cb: @param describes (), the parameters are (user_data)")


def enum(members: str) -> str:
    return f"/**\n * Kinds.\n * @since 0.1\n */\nenum asy_kind {{\n{members}\n}};"


def struct(fields: str, name: str = "asy_pair") -> str:
    return f"/**\n * A pair.\n * @since 0.1\n */\ntypedef struct {name} {{\n{fields}\n}} {name};"


class Enums(Refusals):
    def test_without_text(self):
        self.put_types("enum asy_kind {\n  /** One. */\n  ASY_KIND_ONE = 1\n};")
        self.assertEqual([line.split(": ", 2)[2] for line in self.read()[1]],
                         ["no @since X.Y", "no text; write /** What it is. */ above it"])

    def test_member_without_text(self):
        self.refused_types(enum("  ASY_KIND_ONE = 1"), "capi/types.h:23: asy_kind.ASY_KIND_ONE: no text")

    def test_member_without_value(self):
        self.refused_types(enum("  /** One. */\n  ASY_KIND_ONE"), "asy_kind.ASY_KIND_ONE: no value")

    def test_member_whose_value_is_computed(self):
        self.refused_types(enum("  /** One. */\n  ASY_KIND_ONE = sizeof(int)"), "is not a plain number")

    def test_member_that_is_no_int(self):
        self.refused_types(enum("  /** One. */\n  ASY_KIND_ONE = 1 << 31"), "does not fit an int")

    def test_member_prefix(self):
        self.refused_types(enum("  /** One. */\n  KIND_ONE = 1"), "asy_kind.KIND_ONE: the name does not fit")

    def test_without_name(self):
        self.refused_types("enum {\n  /** One. */\n  ASY_ONE = 1\n};", "an enum without a name")

    def test_typedef(self):
        declaration = enum("  /** One. */\n  ASY_KIND_ONE = 1").replace("enum", "typedef enum")
        self.refused_types(declaration.replace("};", "} asy_kind;"), "capi/types.h:22: a typedef of an enum")


class Structs(Refusals):
    def test_field_without_text(self):
        self.refused_types(struct("  uint64_t one;"), "capi/types.h:23: asy_pair.one: no text")

    def test_padding_inside(self):
        self.refused_types(struct("  /** One. */\n  uint32_t one;\n  /** Two. */\n  uint64_t two;"),
                           "asy_pair: 4 bytes of padding before field 'two'")

    def test_padding_at_the_end(self):
        self.refused_types(struct("  /** One. */\n  uint64_t one;\n  /** Two. */\n  uint32_t two;"),
                           "asy_pair: 4 bytes of padding at the end")

    def test_layout_counts_arrays_structs_callbacks_and_aliases(self):
        fields = ("uint32_t a[3]", "asy_status b", "asy_value c", "asy_call_cb d", "double e", "const char *f")
        self.put_types(struct("\n".join(f"  /** It. */\n  {field};" for field in fields)))
        self.assertEqual(self.read()[1], [])

    def test_options_without_size(self):
        self.refused_types(struct("  /** One. */\n  uint64_t one;", "asy_x_options"),
                           "asy_x_options: an options struct begins with size_t size")

    def test_bit_field(self):
        self.refused_types(struct("  /** One. */\n  uint32_t one : 3;"), "asy_pair.one: is a bit-field")

    def test_bare_function_pointer(self):
        self.put_types(struct("  /** One. */\n  void (*one)(int);"))
        self.assertIn("asy_pair.one: is a bare function pointer", "\n".join(self.read()[1]))

    def test_anonymous_union(self):
        self.put_types(struct("  /** One. */\n  union { uint64_t a; double b; } one;"))
        self.assertIn("asy_pair: has an anonymous member", "\n".join(self.read()[1]))

    def test_union(self):
        self.refused_types("/**\n * A union.\n * @since 0.1\n */\nunion asy_both { uint64_t a; double b; };",
                           "asy_both: a union; write a struct")

    def test_machine_type(self):
        self.refused_types(struct("  /** One. */\n  long one;"), "asy_pair: field 'one' has type 'long'")

    def test_foreign_type(self):
        self.refused_types(struct("  /** One. */\n  FILE *one;"), "asy_pair.one: the field has type 'FILE *'")

    def test_without_typedef(self):
        declaration = struct("  /** One. */\n  uint64_t one;").replace("typedef ", "").replace("} asy_pair;", "};")
        self.refused_types(declaration, "asy_pair: no typedef; write typedef struct asy_pair")


class Types(Refusals):
    def test_alias_of_no_integer(self):
        self.refused_types("/**\n * A number.\n * @since 0.1\n */\ntypedef double asy_number;",
                           "asy_number: a name for 'double'; only fixed-width integers get one")

    def test_prefix_of_a_macro(self):
        self.refused_types("/**\n * Three.\n * @since 0.1\n */\n#define THREE 3",
                           "THREE: the name does not fit; write ASY_<NOUN>_<VALUE>")

    def test_macro_without_text(self):
        self.put_types("#define ASY_THREE 3")
        self.assertIn("ASY_THREE: no text", "\n".join(self.read()[1]))

    def test_handle_of_an_unknown_struct(self):
        self.refused_types("/**\n * Another.\n * @since 0.1\n */\ntypedef struct asy_what asy_other;",
                           "asy_other: a name for 'struct asy_what', which is not declared before")

    def test_under_a_condition(self):
        self.refused_types("#ifdef __linux__\n#define ASY_THREE 3\n#endif",
                           "capi/types.h:19: a declaration under a condition")

    def test_linkage_under_a_condition_is_accepted(self):
        self.put_types('#ifdef __cplusplus\nextern "C" {\n#endif\n#ifdef __cplusplus\n}\n#endif')
        self.assertEqual(self.read()[1], [])


if __name__ == "__main__":
    unittest.main()
