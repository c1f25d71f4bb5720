// C++ exceptions on small stacks: none leaves a body, and each body keeps its own.
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
// cmocka wants these four first, and does not know C++
extern "C" {
#include <cmocka.h>
}

#include <exception>
#include <stdexcept>
#include <string>

#include "libasync/task/sleep.hpp"
#include "libasync/task/stack.hpp"

using namespace libasync;

namespace {

loop *l;

asy_status turn() { return stack_await(sleep_new(*l, 0), nullptr, nullptr); }

/// Runs a body and gives its task, done.
future *finished(asy_run_cb body, void *data = nullptr) {
  future *task = stack_spawn(*l, body, data, nullptr, nullptr);
  for (int turns = 0; turns < 20 && !task->done(); ++turns) loop_step(*l, 0);
  return task;
}

int setup(void **) { return loop_new(0, 0, 0, l); }
int teardown(void **) {
  const asy_status status = loop_close(*l);
  loop_unref(*l);
  return status;
}

/* CORO-07 */
void test_an_exception_becomes_the_tasks_error(void **) {
  future *task = finished([](asy_value *, asy_error **, void *) -> asy_status {
    turn();
    throw std::runtime_error("the disk is full");
  });
  assert_int_equal(FAILED, task->state);
  assert_int_equal(ASY_E_INTERNAL, task->failure()->code);
  assert_string_equal("the disk is full", task->failure()->message);
  future_mark_read(*task);
  object_unref(task);
}

void test_anything_else_that_is_thrown_does_too(void **) {
  future *task = finished([](asy_value *out_value, asy_error **out_error, void *) -> asy_status {
    *out_value = value_bytes(bytes_new("lost", 4));
    *out_error = reinterpret_cast<asy_error *>(error_new(ASY_E_OS, "lost too"));
    throw 5;
  });
  assert_int_equal(ASY_E_INTERNAL, task->failure()->code);
  future_mark_read(*task);
  object_unref(task);
}

struct body {
  std::string name, rethrown;
  int uncaught = -1;
};

/// Awaits while it handles its own exception, and throws that again.
asy_status handle_and_wait(asy_value *, asy_error **, void *data) {
  auto &self = *static_cast<body *>(data);
  try {
    try {
      throw std::runtime_error(self.name);
    } catch (...) {
      turn();
      self.uncaught = std::uncaught_exceptions();
      turn();
      throw;
    }
  } catch (const std::exception &e) {
    self.rethrown = e.what();
  }
  return std::current_exception() ? ASY_E_STATE : ASY_OK;
}

void test_bodies_that_await_in_a_catch_block_keep_their_own_exceptions(void **) {
  body a{"a", "", -1}, b{"b", "", -1};
  future *first = stack_spawn(*l, handle_and_wait, &a, nullptr, nullptr);
  future *second = finished(handle_and_wait, &b);
  assert_int_equal(DONE, first->state);
  assert_int_equal(DONE, second->state);
  assert_string_equal("a", a.rethrown.c_str());
  assert_string_equal("b", b.rethrown.c_str());
  assert_int_equal(0, a.uncaught);
  object_unref(first);
  object_unref(second);
}

void test_a_body_does_not_see_the_exception_its_loop_runs_in(void **) {
  bool seen = true;
  try {
    throw std::logic_error("outside");
  } catch (const std::logic_error &e) {
    future *task = finished(
        [](asy_value *, asy_error **, void *data) -> asy_status {
          *static_cast<bool *>(data) = std::current_exception() != nullptr;
          return ASY_OK;
        },
        &seen);
    object_unref(task);
    assert_string_equal("outside", e.what());
    assert_true(std::current_exception() != nullptr);
  }
  assert_false(seen);
}

/// Its frames are unwound when the loop closes and the await fails.
struct guard {
  int &count;
  ~guard() { ++count; }
};

void test_a_body_is_unwound_when_its_loop_closes(void **) {
  int unwound = 0;
  const asy_run_cb wait_and_throw = [](asy_value *, asy_error **, void *data) -> asy_status {
    guard g{*static_cast<int *>(data)};
    if (stack_await(sleep_new(*l, ASY_FOREVER), nullptr, nullptr) != ASY_E_CLOSED) return ASY_OK;
    throw std::runtime_error("closed");
  };
  future *task = stack_spawn(*l, wait_and_throw, &unwound, nullptr, nullptr);
  loop_step(*l, 0);
  l->report_hook.set({[](asy_loop *, asy_error *, const char *, void *) {}});
  assert_int_equal(ASY_OK, loop_close(*l));
  assert_int_equal(1, unwound);
  object_unref(task);
}

}  // namespace

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_an_exception_becomes_the_tasks_error, setup, teardown),
      cmocka_unit_test_setup_teardown(test_anything_else_that_is_thrown_does_too, setup, teardown),
      cmocka_unit_test_setup_teardown(test_bodies_that_await_in_a_catch_block_keep_their_own_exceptions, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_a_body_does_not_see_the_exception_its_loop_runs_in, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_body_is_unwound_when_its_loop_closes, setup, teardown),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests_name("stack_exceptions", tests, nullptr, nullptr);
}
