/* An echo server whose connections are C++20 coroutines. Usage: echo_stream PORT; ends at SIGTERM. */
#include <csignal>
#include <cstdlib>
#include <libasync.hpp>

static asy::task<void> serve(asy::stream stream) {
  try {
    for (;;) {
      std::string_view data = co_await stream.read_view();
      if (data.empty()) break;
      co_await stream.write(data);
    }
  } catch (const asy::error &) {  // the peer went: nothing to tell
  }
  stream.abort();
}

static asy::task<void> run(std::uint32_t port) {
  asy_server_options options{};
  options.backlog = 1024;
  asy::server server = asy::listen("127.0.0.1", port, serve, options);
  co_await asy::signal_wait(SIGTERM);
  co_await server.stop(std::chrono::seconds(0));
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  asy::run(run(static_cast<std::uint32_t>(std::atoi(argv[1]))));
}
