/* lines: a stream as the source of a generator. */
#include "check.hpp"

template <class Use>
static void with_peer(std::string text, Use use, bool stays = false) {
  check::world loop(0);
  loop.run([&]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, [text, stays](asy::stream peer) -> asy::task<> {
      co_await peer.write(text);
      if (!stays) co_await peer.write_eof();
      co_await peer.read_all();
      co_await peer.close();
    });
    asy::stream client = co_await asy::connect("127.0.0.1", server.port());
    co_await use(client);
    co_await client.close();
    co_await server.stop(5s);
  });
}

static void test_lines_come_one_after_the_other() { /* AGEN-11 */
  with_peer("one\n\nthree\nrest", [](asy::stream client) -> asy::task<> {
    std::vector<std::string> seen;
    co_await asy::for_each(asy::lines(client), [&](std::string line) { seen.push_back(std::move(line)); });
    CHECK((seen == std::vector<std::string>{"one", "", "three", "rest"}));
  });
}

static void test_leaving_early_leaves_the_rest_in_the_stream() { /* AGEN-11 */
  with_peer("one\ntwo\n", [](asy::stream client) -> asy::task<> {
    co_await asy::for_each(asy::lines(client), [](const std::string &) { return false; });
    CHECK(co_await client.read_all() == "two\n");
  });
}

static void test_each_line_may_have_a_deadline() { /* AGEN-11 */
  with_peer("one\n", [](asy::stream client) -> asy::task<> {
    auto items = asy::lines(client);
    CHECK(co_await asy::with_timeout(5s, items.next()) == "one");
    CHECK(!co_await asy::with_timeout(5s, items.next()));
  });
}

/** What others publish, until the queue is closed. */
static asy::generator<int> subscription(asy::queue<int> from, std::string &trail) {
  try {
    while (auto item = co_await from.next()) co_yield *item;
    trail += "pump ended;";
  } catch (const asy::cancelled &) {
    trail += "pump cancelled;";
    throw;
  }
}

/** A connection that is read and written to by two tasks of one scope: whichever ends first ends both. */
static asy::task<std::string> converse(asy::stream client, bool is_reader_first) {
  std::string trail;
  asy::queue<int> published;
  if (!is_reader_first) published.shutdown();
  asy::semaphore pen(1);
  int writers = 0;
  auto send = [&](std::string_view text) -> asy::task<> {
    co_await pen.acquire();
    CHECK(++writers == 1);
    co_await client.write(text);
    --writers;
    pen.release();
  };
  co_await asy::with_group([&](asy::task_group &scope) -> asy::task<> {
    scope.spawn([&]() -> asy::task<> {
      try {
        co_await asy::for_each(asy::lines(client), [&](std::string line) -> asy::task<bool> {
          if (is_reader_first) published.try_put(static_cast<int>(line.size()));
          co_await send("seen");
          co_return line != "quit";
        });
        trail += "reader ended;";
      } catch (const asy::cancelled &) {
        trail += "reader cancelled;";
        throw;
      }
      scope.cancel();
    });
    scope.spawn([&]() -> asy::task<> {
      co_await asy::for_each(subscription(published, trail), [&](int) { return send("news"); });
      scope.cancel();
    });
    co_return;
  });
  co_return trail;
}

static void test_a_reader_and_a_pump_in_one_scope_end_together() { /* ECO-08 */
  with_peer(
      "one\nquit\n",
      [](asy::stream client) -> asy::task<> {
        CHECK(co_await converse(client, true) == "reader ended;pump cancelled;");
        CHECK(co_await converse(client, false) == "pump ended;reader cancelled;");
      },
      true);
}

int main() {
  return check::run({
      TEST(test_lines_come_one_after_the_other),
      TEST(test_leaving_early_leaves_the_rest_in_the_stream),
      TEST(test_each_line_may_have_a_deadline),
      TEST(test_a_reader_and_a_pump_in_one_scope_end_together),
  });
}
