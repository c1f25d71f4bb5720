/* Connections with callbacks. */
#include "check.hpp"

namespace {

struct echo {
  void on_data(asy::transport &peer, std::string_view data) { peer.write(data); }
};

/** Notes what happens to a connection. */
struct journal {
  std::string *text;
  asy::event lost;
  check::tracked mine;
  void on_data(asy::transport &peer, std::string_view data) {
    *text += data;
    if (text->ends_with("!")) peer.close();
  }
  void on_eof(asy::transport &) { *text += "|eof"; }
  void on_lost(asy::transport &, const asy::error *why) {
    *text += why ? "|error" : "|lost";
    lost.set();
  }
};

}  // namespace

static void test_callbacks_get_the_bytes_and_one_end() { /* TRN-02 TRN-04 */
  check::world loop(0);
  std::string seen;
  int alive = 0;
  loop.run([&]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, [](asy::transport peer) { peer.start(echo{}); });
    asy::transport client = co_await asy::transport_connect("127.0.0.1", server.port());
    asy::event lost;
    client.start(journal{&seen, lost, check::tracked(alive)});
    CHECK(client.peer_name().starts_with("127.0.0.1:") && !client.is_closing());
    client.write("hello");
    client.write("!");
    co_await lost.wait();
    CHECK(client.is_closing());
    co_await server.stop(1s);
  });
  CHECK(seen == "hello!|lost");
  loop.settle();
  CHECK(alive == 0);
}

static void test_an_exception_in_a_callback_is_reported_and_aborts() { /* TRN-07 */
  check::world loop(0);
  struct thrower {
    void on_data(asy::transport &, std::string_view) { throw std::runtime_error("protocol"); }
  };
  loop.run([]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, [](asy::transport peer) { peer.start(thrower{}); });
    asy::stream client = co_await asy::connect("127.0.0.1", server.port());
    co_await client.write("x");
    try {
      CHECK((co_await client.read_all()).empty());
    } catch (const asy::os_error &) {  // or a reset
    }
    co_await client.close();
    co_await server.stop(1s);
  });
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("protocol") != std::string::npos);
}

static void test_a_refused_protocol_is_destroyed() { /* TRN-01 */
  check::world loop(0);
  int alive = 0;
  loop.run([&]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, [](asy::transport peer) { peer.start(echo{}); });
    asy::transport client = co_await asy::transport_connect("127.0.0.1", server.port());
    std::string seen;
    asy::stream stream = client.to_stream();
    CHECK(THROWN(asy::state_error, client.start(journal{&seen, asy::event(), check::tracked(alive)})));
    CHECK(alive == 0);
    co_await stream.close();
    co_await server.stop(1s);
  });
}

int main() {
  return check::run({
      TEST(test_callbacks_get_the_bytes_and_one_end),
      TEST(test_an_exception_in_a_callback_is_reported_and_aborts),
      TEST(test_a_refused_protocol_is_destroyed),
  });
}
