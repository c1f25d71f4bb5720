/* Streams over real sockets; the peer is a server of the same loop. */
#include "check.hpp"

namespace {

/** Connects two ends: `serve(stream)` runs as the server's task, `use(stream)` as the client. */
template <class Serve, class Use>
void converse(Serve serve, Use use) {
  check::world loop(0);
  loop.run([&]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, serve);
    asy::stream client = co_await asy::connect("127.0.0.1", server.port());
    co_await use(client);
    co_await client.close();
    co_await server.stop(5s);
  });
}

template <class Error, class Awaitable>
asy::task<bool> throws(Awaitable awaitable) {
  try {
    co_await std::move(awaitable);
  } catch (const Error &) {
    co_return true;
  }
  co_return false;
}

asy::task<> send(asy::stream peer, std::string text) {
  co_await peer.write(text);
  co_await peer.close();
}
auto sends(std::string text) {
  return [text](asy::stream peer) { return send(std::move(peer), text); };
}
asy::task<> echo(asy::stream peer) {
  for (;;) {
    std::string_view data = co_await peer.read_view();
    if (data.empty()) break;
    co_await peer.write(data);
  }
  co_await peer.close();
}

}  // namespace

static void test_reads_of_every_kind() { /* STRM-01 STRM-02 STRM-03 STRM-04 */
  converse(sends("one\ntwo\nthree"), [](asy::stream client) -> asy::task<> {
    CHECK(co_await client.read(0) == "");
    CHECK(co_await client.read_until("\n") == "one\n");
    CHECK(co_await client.read_exactly(4) == "two\n");
    CHECK(!client.at_eof());
    CHECK(co_await client.read_all() == "three");
    CHECK((co_await client.read(10)).empty());
    CHECK(client.at_eof());
  });
}

static void test_an_early_end_carries_the_partial_bytes() { /* STRM-03 STRM-04 EXC-04 */
  converse(sends("part"), [](asy::stream client) -> asy::task<> {
    asy::bytes partial;
    try {
      co_await client.read_exactly(10);
    } catch (const asy::eof_error &e) {
      partial = e.partial();
    }
    CHECK(partial == "part");
  });
  converse(sends("line"), [](asy::stream client) -> asy::task<> {
    asy::bytes partial;
    try {
      co_await client.read_until("\n");
    } catch (const asy::eof_error &e) {
      partial = e.partial();
    }
    CHECK(partial == "line");
  });
}

static void test_a_separator_beyond_the_limit_leaves_the_data() { /* STRM-05 EXC-05 */
  converse(sends(std::string(100, 'x') + "\n"), [](asy::stream client) -> asy::task<> {
    client.set_limit(20);
    bool is_over = false;
    try {
      co_await client.read_until("\n");
    } catch (const asy::limit_error &) {
      is_over = true;
    }
    CHECK(is_over);
    CHECK((co_await client.read_exactly(101)).size() == 101);
  });
}

static void test_views_are_read_without_a_copy() { /* STRM-02 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    co_await client.write("hello");
    std::string all;
    while (all.size() < 5) all += co_await client.read_view();
    CHECK(all == "hello");
    client.release_view();
    co_await client.write(asy::bytes("again"));
    CHECK(co_await client.read_exactly(5) == "again");
    co_await client.write_eof();
    CHECK((co_await client.read_view()).empty());
  });
}

static void test_a_view_can_be_waited_for_with_a_limit() { /* COMB-12 STRM-02 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    bool is_late = false;
    try {
      co_await asy::wait_for(client.read_view(), 1ms);
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(is_late);
    co_await client.write("x");
    CHECK(co_await asy::wait_for(client.read_view(), 5s) == "x");
  });
}

static void test_a_megabyte_goes_round() { /* STRM-12 STRM-13 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    std::string sent(1 << 20, 'm');
    for (std::size_t i = 0; i < sent.size(); i += 977) sent[i] = static_cast<char>('a' + i % 26);
    auto writer =
        asy::spawn([](asy::stream out, std::string data) -> asy::task<> { co_await out.write(data); }, client, sent);
    asy::bytes got = co_await client.read_exactly(sent.size());
    CHECK(got == sent);
    co_await writer;
  });
}

static void test_a_write_is_awaited_or_made_a_future() { /* STRM-13 COMB-12 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    co_await asy::gather(client.write("a"), client.write(asy::bytes("b")));
    co_await asy::wait_for(client.write("c"), 5s);
    asy::future<> last = client.write("d").to_future(asy_loop_current());
    CHECK(last.is_done());
    co_await last;
    CHECK(co_await client.read_exactly(4) == "abcd");
    co_await client.write_eof();
    CHECK(co_await throws<asy::state_error>(client.write("late")));
  });
}

static void test_a_write_above_the_mark_waits_and_can_be_cancelled() { /* STRM-13 STRM-14 CORO-07 */
  std::string block(1 << 20, 'x');
  std::size_t total = 0;
  auto swallow = [&](asy::stream peer) -> asy::task<> {
    co_await asy::sleep(5ms);
    total = (co_await peer.read_all()).size();
    co_await peer.close();
  };
  std::size_t sent = 0;
  converse(swallow, [&](asy::stream client) -> asy::task<> {
    auto writer = asy::spawn(
        [&](asy::stream out) -> asy::task<> {
          for (;;) {
            sent += block.size();
            co_await out.write(block);
          }
        },
        client);
    co_await asy::yield();
    CHECK(!writer.is_done());
    writer.cancel();
    CHECK(co_await throws<asy::cancelled>(std::move(writer)));
    co_await client.write_eof();
    co_await client.read_all();
  });
  CHECK(total == sent);
}

static void test_writes_that_are_done_let_others_run_in_between() { /* LOOP-02 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    bool ran = false;
    auto other = asy::spawn([&]() -> asy::task<> {
      ran = true;
      co_return;
    });
    int before = 0;
    for (int i = 0; i < 200; ++i) {
      co_await client.write("x");
      before += !ran;
    }
    CHECK(ran && before > 100);
    co_await other;
    CHECK((co_await client.read_exactly(200)).size() == 200);
  });
}

static void test_a_cancel_between_done_writes_is_delivered_where_one_waits() { /* CORO-07 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    int written = 0;
    bool was_cancelled = false;
    auto writer = asy::spawn(
        [&](asy::stream out) -> asy::task<> {
          for (; written < 200; ++written) co_await out.write("x");
          try {
            co_await asy::sleep(1h);
          } catch (const asy::cancelled &) {
            was_cancelled = true;
          }
        },
        client);
    co_await asy::yield();  // it has given up a turn among its writes
    CHECK(written > 100 && written < 200);
    writer.cancel();
    co_await writer;
    CHECK(written == 200 && was_cancelled);
    CHECK((co_await client.read_exactly(200)).size() == 200);
  });
}

static void test_a_cancelled_read_keeps_the_bytes() { /* STRM-03 CORO-07 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    auto reader = asy::spawn([](asy::stream in) -> asy::task<> { co_await in.read_exactly(10); }, client);
    co_await client.write("12345");
    co_await asy::sleep(5ms);
    reader.cancel();
    bool was_cancelled = false;
    try {
      co_await reader;
    } catch (const asy::cancelled &) {
      was_cancelled = true;
    }
    CHECK(was_cancelled);
    co_await client.write("67890");
    CHECK(co_await client.read_exactly(10) == "1234567890");
  });
}

static void test_a_second_reader_is_refused() { /* STRM-08 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    auto first =
        asy::spawn([](asy::stream in) -> asy::task<asy::bytes> { co_return co_await in.read_exactly(2); }, client);
    co_await asy::yield();
    bool is_refused = false;
    try {
      co_await client.read(1);
    } catch (const asy::error &e) {
      is_refused = e.code() == ASY_E_BUSY;
    }
    CHECK(is_refused);
    co_await client.write("ok");
    CHECK(co_await first == "ok");
  });
}

static void test_writing_after_the_end_is_refused_and_reading_goes_on() { /* STRM-16 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    co_await client.write("last");
    co_await client.write_eof();
    bool is_refused = false;
    try {
      co_await client.write("more");
    } catch (const asy::error &) {
      is_refused = true;
    }
    CHECK(is_refused);
    CHECK(co_await client.read_all() == "last");
  });
}

static void test_failures_to_connect_have_their_class() { /* STRM-01 EXC-09 */
  check::world loop(0);
  loop.run([]() -> asy::task<> {
    std::uint32_t port;
    {
      asy::server server = asy::listen("127.0.0.1", 0, echo);
      port = server.port();
      co_await server.stop(0s);
    }
    bool is_refused = false, is_invalid = false;
    try {
      co_await asy::connect("127.0.0.1", port);
    } catch (const asy::os_error &e) {
      is_refused = e.os_code() == std::errc::connection_refused;
      CHECK(e.message().find("127.0.0.1:" + std::to_string(port)) != std::string_view::npos);
    }
    try {
      co_await asy::connect("127.0.0.1", 70000);
    } catch (const asy::error &e) {
      is_invalid = e.code() == ASY_E_INVALID;
    }
    CHECK(is_refused && is_invalid);
  });
}

static void test_names_of_both_ends() { /* STRM-17 */
  converse(echo, [](asy::stream client) -> asy::task<> {
    CHECK(client.peer_name().starts_with("127.0.0.1:"));
    CHECK(client.socket_name().starts_with("127.0.0.1:"));
    CHECK(!client.is_closing());
    co_return;
  });
}

static void test_dropping_an_open_stream_is_reported() { /* STRM-20 DBG-09 */
  check::world loop(0);
  loop.run([]() -> asy::task<> {
    asy::server server = asy::listen("127.0.0.1", 0, echo);
    {
      asy::stream forgotten = co_await asy::connect("127.0.0.1", server.port());
      co_await forgotten.write("x");
    }
    co_await server.stop(0s);
  });
  CHECK(loop.take_reports().size() == 1);
}

static void test_a_destroyed_frame_lets_go_of_its_stream() { /* TASK-26 STRM-20 */
  check::world loop(0);
  asy::server server;
  (void)asy::spawn(loop, [&]() -> asy::task<> {
    server = asy::listen("127.0.0.1", 0, echo);
    asy::stream client = co_await asy::connect("127.0.0.1", server.port());
    co_await client.read(1);
  });
  loop.run_until_complete(asy::sleep(loop, 5ms));
  loop.close();
  (void)loop.take_reports();
}

static void test_no_bytes_are_false() { /* STRM-01 */
  CHECK(!asy::bytes() && !asy::bytes("") && asy::bytes("x"));
  converse(sends("some text"), [](asy::stream client) -> asy::task<> {
    std::string text;
    while (auto data = co_await client.read(4)) text += data.view();
    CHECK(text == "some text" && client.at_eof());
  });
}

int main() {
  return check::run({
      TEST(test_reads_of_every_kind),
      TEST(test_an_early_end_carries_the_partial_bytes),
      TEST(test_a_separator_beyond_the_limit_leaves_the_data),
      TEST(test_views_are_read_without_a_copy),
      TEST(test_a_view_can_be_waited_for_with_a_limit),
      TEST(test_a_megabyte_goes_round),
      TEST(test_a_write_is_awaited_or_made_a_future),
      TEST(test_a_write_above_the_mark_waits_and_can_be_cancelled),
      TEST(test_writes_that_are_done_let_others_run_in_between),
      TEST(test_a_cancel_between_done_writes_is_delivered_where_one_waits),
      TEST(test_a_cancelled_read_keeps_the_bytes),
      TEST(test_a_second_reader_is_refused),
      TEST(test_writing_after_the_end_is_refused_and_reading_goes_on),
      TEST(test_failures_to_connect_have_their_class),
      TEST(test_names_of_both_ends),
      TEST(test_dropping_an_open_stream_is_reported),
      TEST(test_a_destroyed_frame_lets_go_of_its_stream),
      TEST(test_no_bytes_are_false),
  });
}
