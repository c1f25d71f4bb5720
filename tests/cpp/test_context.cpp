/* Contexts: values that follow tasks, callbacks and threads. */
#include "check.hpp"

namespace {

const asy::context_var<std::string> request("request", "none");

asy::task<std::string> read() { co_return request.get(); }

}  // namespace

static void test_a_variable_has_a_default_a_value_and_a_reset() { /* CTX-07 */
  asy::context_var<int> unset("unset");
  CHECK(THROWN(asy::not_found_error, unset.get()) && std::string(unset.name()) == "unset");
  auto token = unset.set(1);
  {
    auto inner = unset.scoped(2);
    CHECK(unset.get() == 2);
  }
  CHECK(unset.get() == 1);
  CHECK(THROWN(asy::error, asy::context::empty().run([&] { token.reset(); })));  // set elsewhere
  token.reset();
  CHECK(THROWN(asy::state_error, token.reset()) && THROWN(asy::not_found_error, unset.get()));
}

static void test_a_context_runs_functions_and_is_not_entered_twice() { /* CTX-07 */
  asy::context own = asy::context::empty(), copy;
  int seen = own.run([&] {
    request.set("inside");
    copy = own.copy();
    CHECK(THROWN(asy::state_error, own.run([] {})));
    return request.get() == "inside";
  });
  CHECK(seen && request.get() == "none" && request.get(own) == "inside");
  request.set("changed", own);
  CHECK(request.get(own) == "changed" && request.get(copy) == "inside");
  CHECK(THROWN(std::runtime_error, own.run([] { throw std::runtime_error("out"); })));
  own.run([] {});  // an exception has left it as well
}

static void test_a_task_has_a_copy_and_an_inline_await_shares() { /* CTX-02 TASK-05 TASK-29 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    request.set("parent");
    auto child = asy::spawn([]() -> asy::task<> {
      CHECK(request.get() == "parent");
      co_await asy::yield();
      request.set("child");
    });
    request.set("later");  // the copy was made before
    co_await child;
    CHECK(request.get() == "later" && request.get(child.context()) == "child");
    co_await []() -> asy::task<> {
      request.set("shared");
      co_return;
    }();
    CHECK(request.get() == "shared");
    asy::context own = asy::context::empty();
    co_await asy::spawn(
        []() -> asy::task<> {
          request.set("by reference");
          co_return;
        }(),
        {.context = &own});
    CHECK(request.get(own) == "by reference" && request.get() == "shared");
  });
}

static void test_callbacks_run_in_a_copy_of_where_they_were_registered() { /* CTX-01 HND-02 */
  check::world loop;
  std::vector<std::string> seen;
  loop.run([&]() -> asy::task<> {
    auto note = [&](const auto &...) { seen.push_back(request.get()); };
    auto scope = request.scoped("here");
    auto soon = loop.call_soon(note);
    CHECK(request.get(soon.context()) == "here");
    loop.call_later(1ms, note);
    loop.call_at(loop.time() + 1ms, note);
    loop.call_soon_threadsafe(note);
    auto future = asy::future<>::pending(loop.raw());
    future.on_done(note);
    request.set("changed since");
    future.set_value();
    co_await asy::sleep(2ms);
  });
  CHECK((seen == std::vector<std::string>(5, "here")));
}

static void test_a_value_follows_the_request_everywhere() { /* CTX-08 CTX-04 CTX-06 */
  check::world loop(0);
  loop.run([]() -> asy::task<> {
    request.set("id 7");
    CHECK(co_await asy::to_thread([] { return request.get(); }) == "id 7");
    co_await asy::to_thread([] { request.set("the thread's"); });
    CHECK(request.get() == "id 7");
    auto eager = asy::spawn(
        []() -> asy::task<std::string> {
          auto found = request.get();
          request.set("the child's");
          co_return found;
        }(),
        {.eager = true});
    CHECK(eager.is_done() && eager.result() == "id 7" && request.get() == "id 7");
    auto [one, two] = co_await asy::gather(read(), read());
    CHECK(one == "id 7" && two == "id 7");
  });
}

static void test_what_a_context_holds_is_freed_with_it() { /* CTX-07 */
  int alive = 0;
  {
    asy::context_var<check::tracked> held("held");
    asy::context own = asy::context::empty();
    (void)held.set(check::tracked(alive), own);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

static void test_a_report_is_told_in_the_context_of_its_task() { /* LOOP-20 EXT-04 */
  check::world loop;
  std::string seen;
  loop.set_report_hook([&](const asy::error &, const char *) { seen = request.get(); });
  loop.run([]() -> asy::task<> {
    (void)asy::spawn([]() -> asy::task<> {
      request.set("the failing one's");
      throw std::runtime_error("lost");
      co_return;
    });
    co_await asy::sleep(1ms);
  });
  CHECK(seen == "the failing one's");
}

namespace {
struct protocol {
  std::string *seen;
  void on_data(asy::transport &, std::string_view) { *seen = request.get(); }
};
}  // namespace

static void test_a_server_and_a_protocol_see_the_context_they_were_made_in() { /* CTX-01 CTX-08 */
  check::world loop(0);
  std::string client, bytes;
  loop.run([&]() -> asy::task<> {
    request.set("listening");
    asy::server server = asy::listen("127.0.0.1", 0, [&](asy::stream peer) -> asy::task<> {
      client = request.get();
      co_await peer.write("x");
    });
    request.set("connecting");
    asy::transport transport = co_await asy::transport_connect("127.0.0.1", server.port());
    transport.start(protocol{&bytes});
    request.set("later");
    while (bytes.empty()) co_await asy::sleep(1ms);
    co_await server.stop(0s);
  });
  CHECK(client == "listening" && bytes == "connecting");
}

static void test_a_scope_that_ends_in_another_context_is_reported() { /* CTX-07 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    auto scope = request.scoped("here");
    co_await asy::spawn([&]() -> asy::task<> {
      auto moved = std::move(scope);
      co_return;
    });
    CHECK(request.get() == "here" && loop.take_reports().size() == 1);
  });
}

int main() {
  return check::run({
      TEST(test_a_variable_has_a_default_a_value_and_a_reset),
      TEST(test_a_context_runs_functions_and_is_not_entered_twice),
      TEST(test_a_task_has_a_copy_and_an_inline_await_shares),
      TEST(test_callbacks_run_in_a_copy_of_where_they_were_registered),
      TEST(test_a_value_follows_the_request_everywhere),
      TEST(test_what_a_context_holds_is_freed_with_it),
      TEST(test_a_server_and_a_protocol_see_the_context_they_were_made_in),
      TEST(test_a_report_is_told_in_the_context_of_its_task),
      TEST(test_a_scope_that_ends_in_another_context_is_reported),
  });
}
