/* Servers and the tasks they own. */
#include "check.hpp"

namespace {
asy::task<> wait_for_ever(asy::stream peer) { co_await peer.read(1); }
}  // namespace

static void test_every_connection_is_a_task_of_its_own() { /* SRV-14 STRM-19 */
  check::world loop(0);
  int served = 0, alive = 0;
  loop.run([&]() -> asy::task<> {
    auto handler = [&served, kept = check::tracked(alive)](asy::stream peer) -> asy::task<> {
      asy::bytes line = co_await peer.read_until("\n");
      co_await peer.write(line);
      ++served;
    };
    asy::server server = asy::listen("127.0.0.1", 0, std::move(handler));
    auto visit = [&](int who) -> asy::task<> {
      asy::stream client = co_await asy::connect("localhost", server.port());
      std::string line = std::to_string(who) + "\n";
      co_await client.write(line);
      CHECK(co_await client.read_all() == line);
      co_await client.close();
    };
    std::vector<asy::task<>> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(visit(i));
    co_await asy::gather(std::move(clients));
    co_await server.stop(1s);
    CHECK(server.connection_count() == 0);
  });
  CHECK(served == 20 && alive == 0);
}

static void test_a_failing_handler_is_reported_and_ends_only_its_connection() { /* STRM-19 SRV-10 */
  check::world loop(0);
  loop.run([]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, [](asy::stream peer) -> asy::task<> {
      asy::bytes first = co_await peer.read_exactly(1);
      if (first == "!") throw std::runtime_error("handler");
      co_await peer.write("fine");
    });
    asy::stream bad = co_await asy::connect("127.0.0.1", server.port());
    asy::stream good = co_await asy::connect("127.0.0.1", server.port());
    co_await bad.write("!");
    CHECK((co_await bad.read_all()).empty());
    co_await good.write(".");
    CHECK(co_await good.read_all() == "fine");
    co_await bad.close();
    co_await good.close();
    co_await server.stop(1s);
  });
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("handler") != std::string::npos);
}

static void test_stop_gives_a_grace_then_cancels_and_waits() { /* SRV-05 SRV-06 SRV-07 */
  check::world loop(0);
  bool was_cancelled = false;
  loop.run([&]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, [&](asy::stream peer) -> asy::task<> {
      try {
        co_await peer.read(1);
      } catch (const asy::cancelled &) {
        was_cancelled = true;
        throw;
      }
    });
    asy::stream client = co_await asy::connect("127.0.0.1", server.port());
    while (server.connection_count() == 0) co_await asy::sleep(1ms);
    co_await server.stop(2ms);
    CHECK(server.connection_count() == 0);
    co_await server.wait_closed();
    CHECK((co_await client.read_all()).empty());
    co_await client.close();
  });
  CHECK(was_cancelled);
}

static void test_an_address_in_use_is_refused() { /* SRV-01 EXC-09 */
  check::world loop(0);
  loop.run([]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, wait_for_ever);
    CHECK(THROWN(asy::error, asy::listen("127.0.0.1", server.port(), wait_for_ever))->code() == ASY_E_BUSY);
    CHECK(THROWN(asy::error, asy::listen("127.0.0.1", 70000, wait_for_ever))->code() == ASY_E_INVALID);
    co_await server.stop(0s);
  });
}

static void test_closing_the_loop_ends_connections_and_frees_the_handler() { /* TASK-26 SRV-15 */
  int alive = 0;
  {
    check::world loop(0);
    asy::server server;
    asy::stream client;
    loop.run([&]() -> asy::task<> {
      auto handler = [kept = check::tracked(alive)](asy::stream peer) -> asy::task<> { co_await peer.read(1); };
      server = asy::listen("127.0.0.1", 0, std::move(handler));
      client = co_await asy::connect("127.0.0.1", server.port());
      while (server.connection_count() == 0) co_await asy::sleep(1ms);
    });
    CHECK(alive > 0);
    loop.close();
    CHECK(alive == 0);
    (void)loop.take_reports();
  }
}

int main() {
  return check::run({
      TEST(test_every_connection_is_a_task_of_its_own),
      TEST(test_a_failing_handler_is_reported_and_ends_only_its_connection),
      TEST(test_stop_gives_a_grace_then_cancels_and_waits),
      TEST(test_an_address_in_use_is_refused),
      TEST(test_closing_the_loop_ends_connections_and_frees_the_handler),
  });
}
