// Boost.Asio's awaitables. Usage: echo_asio PORT; ends at SIGTERM.
#include <cstdlib>
#include <utility>  // Boost 1.74 forgets it
#include <vector>

#include <boost/asio.hpp>

namespace asio = boost::asio;
using asio::ip::tcp;

static asio::awaitable<void> serve(tcp::socket socket) {
  boost::system::error_code ended;
  auto token = redirect_error(asio::use_awaitable, ended);
  std::vector<char> data(64 * 1024);
  for (;;) {
    std::size_t size = co_await socket.async_read_some(asio::buffer(data), token);
    if (ended) break;
    co_await async_write(socket, asio::buffer(data.data(), size), token);
    if (ended) break;
  }
}

static asio::awaitable<void> listen(unsigned short port) {
  auto here = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(here, tcp::endpoint(asio::ip::address_v4::loopback(), port));
  acceptor.listen(1024);
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    co_spawn(here, serve(std::move(socket)), asio::detached);
  }
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  asio::io_context context(1);
  asio::signal_set end(context, SIGTERM);
  end.async_wait([&](boost::system::error_code, int) { context.stop(); });
  co_spawn(context, listen(static_cast<unsigned short>(std::atoi(argv[1]))), asio::detached);
  context.run();
}
