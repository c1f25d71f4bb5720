/** @file
 * @brief Listening sockets with a task per connection. */
#ifndef LIBASYNC_CPP_SERVER_HPP
#define LIBASYNC_CPP_SERVER_HPP
#include "task.hpp"
#include "transport.hpp"

namespace asy {

/**
 * A listening socket that owns its connections' tasks; copies share it. The loop's thread.
 *
 * A task's end closes its connection; its error is reported and ends no other.
 */
class server : public detail::counted<asy_server, asy_server_ref, asy_server_unref> {
 public:
  using counted::counted;

  /** @return the port it listens on */
  std::uint32_t port() const noexcept { return asy_server_port(raw()); }
  std::size_t connection_count() const noexcept { return asy_server_connection_count(raw()); }
  /** Stop accepting; connections live on. */
  void close() const { check(asy_server_close(raw())); }
  /** Stop accepting, give the connections' tasks `grace`, cancel them, wait for them. */
  template <class Rep, class Period>
  [[nodiscard]] future<void> stop(std::chrono::duration<Rep, Period> grace) const {
    return future<void>(adopt, asy_server_stop(raw(), to_ns(grace)));
  }
  /** Wait until it is closed and no connection is left. */
  [[nodiscard]] future<void> wait_closed() const noexcept { return future<void>(adopt, asy_server_wait_closed(raw())); }
};

namespace detail {

template <class F>
struct acceptor {
  /** Shared with the connections' tasks, which may outlive the server. */
  std::shared_ptr<F> handler;

  static task<void> serve(std::shared_ptr<F> handler, stream client) { co_await (*handler)(std::move(client)); }

  static void on_client(asy_server *server, asy_transport *raw, void *self) noexcept {
    auto &shared = static_cast<acceptor *>(self)->handler;
    asy_loop *loop = asy_loop_current();
    try {
      transport accepted(borrow, raw);
      if constexpr (std::is_invocable_v<F &, transport>) {
        (*shared)(std::move(accepted));
      } else {
        stream client = accepted.to_stream();
        future<void> connection;
        // A handler without state needs no frame that keeps it alive.
        if constexpr (std::is_empty_v<F> || std::is_pointer_v<F>)
          connection = asy::spawn(loop, (*shared)(std::move(client)));
        else connection = asy::spawn(loop, serve(shared, std::move(client)));
        check(asy_server_add(server, raw, connection.raw()));
      }
    } catch (...) {
      report_exception(loop, "accepting a connection");
    }
  }
  static void free(void *self) noexcept { delete static_cast<acceptor *>(self); }
};

}  // namespace detail

/**
 * Listen on a host and port, running `handler(asy::stream)` as a task for each connection, or calling
 * `handler(asy::transport)`, which starts it.
 * @param host an address, "localhost", or nullptr for all interfaces; copied
 * @param port 0 for any free one: see server::port()
 * @param handler given a stream it returns asy::task<void>, given a transport nothing; kept alive until its last task
 *   ended
 * @param options backlog and #asy_server_flag bits; copied
 * @throws asy::error #ASY_E_BUSY when another socket listens there, #ASY_E_NOT_FOUND for an address of another machine,
 *   #ASY_E_INVALID for a bad address or port, asy::os_error when the system refuses
 */
template <class F>
server listen(const char *host, std::uint32_t port, F handler, asy_server_options options = {}, loop_ref loop = {}) {
  using acceptor = detail::acceptor<F>;
  auto state = std::make_unique<acceptor>(acceptor{std::make_shared<F>(std::move(handler))});
  asy_server *made = nullptr;
  options.size = sizeof options;
  check(asy_server_new(loop.raw(), host, port, &options, acceptor::on_client, state.release(), acceptor::free, &made));
  return server(adopt, made);
}

}  // namespace asy
#endif
