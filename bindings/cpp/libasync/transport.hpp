/** @file
 * @brief Connections with callbacks: the fastest way, without a task. */
#ifndef LIBASYNC_CPP_TRANSPORT_HPP
#define LIBASYNC_CPP_TRANSPORT_HPP
#include "stream.hpp"

namespace asy {

/**
 * A connection whose bytes are handed to an object of the user's; copies share it. The loop's thread.
 *
 * It lives until it is lost, whether a handle is kept or not. Nothing is read before start().
 */
class transport : public detail::counted<asy_transport, asy_transport_ref, asy_transport_unref> {
 public:
  using counted::counted;

  /**
   * Start reading, with the callbacks that `protocol` has:
   *
   *     void on_data(asy::transport &, std::string_view data);  // data is valid for the call only
   *     void on_eof(asy::transport &);                          // without it the transport closes
   *     void on_pause(asy::transport &);                        // too much is buffered: stop writing
   *     void on_resume(asy::transport &);
   *     void on_lost(asy::transport &, const asy::error *why);  // once; nullptr after a close
   *
   * @param protocol only on_data is required; destroyed after the last callback
   */
  template <class Protocol>
  void start(Protocol protocol) const {
    asy_protocol callbacks = table(new Protocol(std::move(protocol)));
    check(asy_transport_start(raw(), &callbacks));
  }
  /** Make it a stream with awaitable reads and writes instead. */
  stream to_stream() const {
    asy_stream *made = nullptr;
    check(asy_stream_new(raw(), &made));
    return stream(adopt, made);
  }

  /** Send; what the system does not take at once is copied and buffered. */
  void write(std::string_view data) const { check(asy_transport_write(raw(), data.data(), data.size())); }
  /** End the writing side after what is buffered. */
  void write_eof() const { check(asy_transport_write_eof(raw())); }
  /** Close after what is buffered. */
  void close() const { check(asy_transport_close(raw())); }
  /** Close at once. */
  void abort() const { check(asy_transport_abort(raw())); }
  /** Stop reading, and go on. */
  void pause() const { check(asy_transport_pause(raw())); }
  void resume() const { check(asy_transport_resume(raw())); }
  /** @return bytes that wait to be sent */
  std::size_t buffered() const noexcept { return asy_transport_buffered(raw()); }
  bool is_closing() const noexcept { return asy_transport_is_closing(raw()); }
  /** Set the bytes above which on_pause and below which on_resume are called. */
  void set_limits(std::size_t high, std::size_t low) const { check(asy_transport_set_limits(raw(), high, low)); }
  std::string peer_name() const { return name(asy_transport_peer_name); }
  std::string socket_name() const { return name(asy_transport_socket_name); }

 private:
  template <class Get>
  std::string name(Get get) const {
    value text;
    check(get(raw(), text.raw()));
    return text.as<std::string>();
  }

  /** Call back into a Protocol; an exception is reported and aborts the connection. */
  template <class Protocol, class Call>
  static void enter(asy_transport *raw_transport, void *self, Call call) noexcept {
    transport here(borrow, raw_transport);
    try {
      call(*static_cast<Protocol *>(self), here);
    } catch (...) {
      detail::report_exception(nullptr, "in a transport callback");
      asy_transport_abort(raw_transport);
    }
  }
  template <class Protocol>
  static asy_protocol table(Protocol *self) noexcept {
    asy_protocol made{};
    made.size = sizeof made;
    made.user_data = self;
    made.on_free = [](void *it) { delete static_cast<Protocol *>(it); };
    made.on_data = [](asy_transport *t, const void *data, std::size_t size, void *it) {
      enter<Protocol>(t, it, [=](Protocol &protocol, transport &here) {
        protocol.on_data(here, std::string_view(static_cast<const char *>(data), size));
      });
    };
    if constexpr (requires(transport & here) { self->on_eof(here); })
      made.on_eof = [](asy_transport *t, void *it) {
        enter<Protocol>(t, it, [](Protocol &protocol, transport &here) { protocol.on_eof(here); });
      };
    else
      static_assert(
          !requires { &Protocol::on_eof; }, "on_eof takes (asy::transport &)");
    if constexpr (requires(transport & here) { self->on_pause(here); })
      made.on_pause = [](asy_transport *t, void *it) {
        enter<Protocol>(t, it, [](Protocol &protocol, transport &here) { protocol.on_pause(here); });
      };
    else
      static_assert(
          !requires { &Protocol::on_pause; }, "on_pause takes (asy::transport &)");
    if constexpr (requires(transport & here) { self->on_resume(here); })
      made.on_resume = [](asy_transport *t, void *it) {
        enter<Protocol>(t, it, [](Protocol &protocol, transport &here) { protocol.on_resume(here); });
      };
    else
      static_assert(
          !requires { &Protocol::on_resume; }, "on_resume takes (asy::transport &)");
    if constexpr (requires(transport & here, const error *why) { self->on_lost(here, why); })
      made.on_lost = [](asy_transport *t, asy_error *why, void *it) {
        enter<Protocol>(t, it, [=](Protocol &protocol, transport &here) {
          if (!why) return protocol.on_lost(here, nullptr);
          error reason(borrow, why);
          protocol.on_lost(here, &reason);
        });
      };
    else
      static_assert(
          !requires { &Protocol::on_lost; }, "on_lost takes (asy::transport &, const asy::error *)");
    return made;
  }
};

template <>
struct convert<transport> {
  static void put(transport item, asy_value *out) noexcept {
    asy_value_set_object(out, item.release(), asy_transport_type());
  }
  static transport get(const asy_value &in) {
    void *found = asy_value_object(&in, asy_transport_type());
    if (!found) detail::mismatch("transport", in);
    return transport(borrow, static_cast<asy_transport *>(found));
  }
};

/** Connect as asy::connect() does, for callbacks. */
[[nodiscard]] inline future<transport> transport_connect(const std::string &host, std::uint32_t port,
                                                         loop_ref loop = {}) noexcept {
  return future<transport>(adopt, asy_transport_connect(loop.raw(), host.c_str(), port));
}

}  // namespace asy
#endif
