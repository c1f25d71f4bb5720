/* One tree of tasks over five languages on one loop: what the innermost gives, and what the outermost is asked, crosses
   every edge in both directions. */
#include "tree.h"

#include <pthread.h>
#include <stdio.h>

#include "asy_test.h"

static asy_loop *loop;
static int32_t hold;

static int group_setup(void **state) {
  (void)state;
  tree_open(hold);
  return 0;
}
static int group_teardown(void **state) {
  (void)state;
  tree_close();
  return 0;
}
static int setup(void **state) {
  tree_trail[0] = 0;
  int failed = asy_test_setup_flags(state, 0);
  loop = *state;
  return failed;
}
#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

/* ---- a C operation that another thread completes */

static asy_promise *promise;

static void on_cancel(asy_future *future, void *user_data) {
  (void)future, (void)user_data;
  tree_note('0', 'c');
  asy_promise_set_cancelled(promise, NULL);
}
static asy_future *operation(void) {
  asy_promise_unref(promise);
  return asy_promise_new(loop, on_cancel, NULL, NULL, &promise);
}
static void *complete(void *data) {
  asy_value text = {0};
  asy_value_set_string(&text, "v", 1);
  if (*(const char *)data == 'v') asy_promise_set_result(promise, &text);
  else asy_promise_set_error(promise, asy_error_new(ASY_E_FOREIGN, "boom", NULL));
  asy_value_clear(&text);
  return NULL;
}
static void from_another_thread(const char *what) {
  pthread_t thread;
  pthread_create(&thread, NULL, complete, (void *)what);
  pthread_join(thread, NULL);
}

/* Every order of the languages. */
static const char *orders[120];
static int order_count;
static void permute(char *letters, int from) {
  if (!letters[from]) {
    orders[order_count++] = strdup(letters);
    return;
  }
  for (int i = from; letters[i]; ++i) {
    char kept = letters[from];
    letters[from] = letters[i], letters[i] = kept;
    permute(letters, from + 1);
    kept = letters[from];
    letters[from] = letters[i], letters[i] = kept;
  }
}

/* Innermost first, each with `what`. */
static const char *expected(const char *languages, char what) {
  static char text[64];
  char *at = text;
  for (size_t i = strlen(languages); i-- > 0;) at += sprintf(at, "%c%c ", languages[i], what);
  return text;
}

/* Runs until every task has reached its await. */
static void settle(void) {
  for (int i = 0; i < 20; ++i) asy_test_turn(loop);
}
static asy_status finish(asy_future *outermost) {
  asy_status status = asy_loop_run_until_complete(loop, outermost);
  return status ? status : asy_future_status(outermost);
}

/* CORO-07 CORO-13 FUT-14 THR-06 */
static void test_a_value_climbs_through_every_order_of_languages(void **state) {
  (void)state;
  for (int i = 0; i < order_count; ++i) {
    tree_trail[0] = 0;
    asy_future *outermost = tree_chain(loop, orders[i], operation());
    settle();
    from_another_thread("v");
    assert_int_equal(ASY_OK, finish(outermost));
    char text[8] = "v";
    for (size_t j = 5; j-- > 0;) strncat(text, orders[i] + j, 1);
    size_t size;
    const char *got = asy_value_data(asy_future_value(outermost), &size);
    assert_int_equal(6, size);
    assert_memory_equal(text, got, 6);
    assert_string_equal(expected(orders[i], 'v'), tree_trail);
    asy_future_unref(outermost);
  }
}

/* CORO-07 EXC-11 */
static void test_an_error_climbs_through_every_order_of_languages(void **state) {
  (void)state;
  for (int i = 0; i < order_count; ++i) {
    tree_trail[0] = 0;
    asy_future *outermost = tree_chain(loop, orders[i], operation());
    settle();
    from_another_thread("e");
    assert_int_equal(ASY_E_FOREIGN, finish(outermost));
    assert_string_equal("boom", asy_error_message(asy_future_error(outermost)));
    assert_string_equal(expected(orders[i], 'e'), tree_trail);
    asy_future_unref(outermost);
  }
}

/* EXC-11 EXC-01 */
static void test_a_language_gets_back_the_object_it_raised(void **state) {
  (void)state;
  for (const char *language = "xlp"; *language; ++language)
    for (int i = 0; i < order_count; ++i) {
      char trail[64];
      tree_trail[0] = 0;
      asy_future *outermost = tree_chain(loop, orders[i], tree_raise(loop, *language));
      assert_int_equal(ASY_E_FOREIGN, finish(outermost));
      strcpy(trail, expected(orders[i], 'e'));
      strchr(trail, *language)[1] = 'E';
      assert_string_equal(trail, tree_trail);
      assert_non_null(strstr(asy_error_message(asy_future_error(outermost)), "boom"));
      asy_future_unref(outermost);
    }
}

/* TASK-12 TASK-19 CORO-07 */
static void test_a_cancel_of_the_outermost_reaches_the_innermost(void **state) {
  (void)state;
  for (int i = 0; i < order_count; ++i) {
    char trail[64] = "0c ";
    tree_trail[0] = 0;
    asy_future *outermost = tree_chain(loop, orders[i], operation());
    settle();
    assert_int_equal(1, asy_task_cancel(outermost, "enough"));
    assert_int_equal(ASY_E_CANCELLED, finish(outermost));
    assert_string_equal(strcat(trail, expected(orders[i], 'c')), tree_trail);
    assert_string_equal("enough", asy_error_message(asy_future_error(outermost)));
    asy_future_unref(outermost);
  }
}

/* COMB-16 TASK-12 EXC-02 */
static void test_a_timeout_of_any_language_cancels_what_is_below_and_is_raised_above(void **state) {
  (void)state;
  for (size_t at = 0; at < 5; ++at)
    for (int i = 0; i < order_count; i += 7) {
      char languages[8], trail[64] = "0c ", *end = trail + 3;
      strcpy(languages, orders[i]);
      languages[at] = (char)(languages[at] - 'a' + 'A');
      tree_trail[0] = 0;
      asy_future *outermost = tree_chain(loop, languages, operation());
      assert_int_equal(ASY_E_TIMEOUT, finish(outermost));
      for (size_t j = 5; j-- > 0;) end += sprintf(end, "%c%c ", orders[i][j], j > at ? 'c' : 't');
      assert_string_equal(trail, tree_trail);
      asy_future_unref(outermost);
    }
}

static char graph[4096];
static void add_line(const char *text, void *user_data) {
  (void)user_data;
  strncat(graph, text, sizeof graph - strlen(graph) - 2);
  strcat(graph, "\n");
}
/* Where each language says that it stands, innermost task first. */
static const char *frame_of(char language) {
  switch (language) {
    case 'c': return "link_c.c: in a C coroutine";
    case 's': return "task on a stack";
    case 'x': return "awaiting(";
    case 'l': return "]:6: in function";
    default: return "<string>:7 in link";
  }
}

/* TASK-30 FUT-17 INTR-01 INTR-06 */
static void test_the_call_graph_shows_the_frames_of_every_language(void **state) {
  (void)state;
  for (int i = 0; i < order_count; i += 13) {
    asy_future *innermost = operation(), *outermost = tree_chain(loop, orders[i], asy_future_ref(innermost));
    settle();
    graph[0] = 0;
    assert_int_equal(ASY_OK, asy_future_call_graph(innermost, INT32_MAX, 0, add_line, NULL, NULL));
    const char *at = graph;
    for (size_t j = 5; j-- > 0;) {
      const char *found = strstr(at, frame_of(orders[i][j]));
      if (!found) fail_msg("no '%s' of %c in:\n%s", frame_of(orders[i][j]), orders[i][j], at);
      at = found;
    }
    graph[0] = 0;
    assert_int_equal(ASY_OK, asy_loop_dump(loop, add_line, NULL, NULL));
    for (size_t j = 0; j < 5; ++j) assert_non_null(strstr(graph, frame_of(orders[i][j])));
    asy_task_cancel(outermost, NULL);
    finish(outermost);
    asy_future_unref(innermost);
    asy_future_unref(outermost);
  }
}

/* ---- iteration */

static asy_generator *outermost_items;
static const char *languages_of_items;
static asy_status three(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)user_data;
  for (char digit = '1'; digit <= '3'; ++digit) {
    asy_value item = {0};
    asy_value_set_string(&item, &digit, 1);
    const asy_status status = asy_yield(&item, NULL, out_error);
    if (status) {
      tree_note('0', 'x');
      return status;
    }
  }
  return ASY_OK;
}
static void make_items(void *user_data) {
  (void)user_data;
  asy_generator *innermost;
  if (asy_generator_spawn(loop, three, NULL, NULL, NULL, &innermost)) return;
  outermost_items = tree_items(loop, languages_of_items, innermost);
}
static void items(const char *languages) {
  languages_of_items = languages;
  outermost_items = NULL;
  tree_trail[0] = 0;
  asy_loop_call_soon(loop, make_items, NULL, NULL, NULL);
  asy_test_turn(loop);
  assert_non_null(outermost_items);
}
static void expect_item(char digit) {
  asy_future *next = asy_generator_next(outermost_items);
  char text[8] = {digit};
  size_t size;
  if (finish(next)) fail_msg("%s: %s", languages_of_items, asy_error_message(asy_future_error(next)));
  for (size_t j = strlen(languages_of_items); j-- > 0;) strncat(text, languages_of_items + j, 1);
  const char *got = asy_value_data(asy_future_value(next), &size);
  assert_int_equal(strlen(text), size);
  assert_memory_equal(text, got, size);
  asy_future_unref(next);
}
static asy_status ends(asy_future *step) {
  const asy_status status = finish(step);
  asy_future_unref(step);
  return status;
}
static const char *const item_orders[] = {"slpx", "xpls", "plsx", "lxps", "psxl", "lplp", "pxpl"};

/* AGEN-01 AGEN-02 EXC-11 */
static void test_items_pass_through_generators_of_every_language(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof item_orders / sizeof *item_orders; ++i) {
    items(item_orders[i]);
    for (char digit = '1'; digit <= '3'; ++digit) expect_item(digit);
    assert_int_equal(ASY_E_END, ends(asy_generator_next(outermost_items)));
    assert_string_equal(expected(item_orders[i], 'v'), tree_trail);
    asy_generator_unref(outermost_items);
  }
}

/* AGEN-04 AGEN-06 */
static void test_closing_the_outermost_generator_closes_all(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof item_orders / sizeof *item_orders; ++i) {
    char trail[64] = "0x ";
    items(item_orders[i]);
    expect_item('1');
    assert_int_equal(ASY_OK, ends(asy_generator_close(outermost_items)));
    assert_string_equal(strcat(trail, expected(item_orders[i], 'x')), tree_trail);
    asy_generator_unref(outermost_items);
  }
}

/* LOOP-08 TASK-26 */
static void test_a_tree_ends_with_its_loop(void **state) {
  (void)state;
  asy_future *outermost = tree_chain(loop, "pxlcs", operation());
  settle();
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(outermost));
  assert_int_equal(5, asy_test_reports());
  asy_future_unref(outermost);
}

static int run(int argc, char **argv, int32_t held) {
  const struct CMUnitTest tests[] = {
      TREE_TEST(test_a_value_climbs_through_every_order_of_languages),
      TREE_TEST(test_an_error_climbs_through_every_order_of_languages),
      TREE_TEST(test_a_language_gets_back_the_object_it_raised),
      TREE_TEST(test_a_cancel_of_the_outermost_reaches_the_innermost),
      TREE_TEST(test_a_timeout_of_any_language_cancels_what_is_below_and_is_raised_above),
      TREE_TEST(test_the_call_graph_shows_the_frames_of_every_language),
      TREE_TEST(test_items_pass_through_generators_of_every_language),
      TREE_TEST(test_closing_the_outermost_generator_closes_all),
      TREE_TEST(test_a_tree_ends_with_its_loop),
  };
  hold = held;
  if (argc > 2) cmocka_set_test_filter(argv[2]);
  return cmocka_run_group_tests_name(
      held ? "tree, the program holds Python's lock" : "tree, nobody holds Python's lock", tests, group_setup,
      group_teardown);
}

int main(int argc, char **argv) {
  char letters[] = "cslpx";
  permute(letters, 0);
  int failed = run(argc, argv, argc < 2 || strcmp(argv[1], "no") != 0);
  asy_promise_unref(promise);
  for (int i = 0; i < order_count; ++i) free((void *)orders[i]);
  return failed;
}
