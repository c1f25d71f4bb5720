/** @file
 * @brief Connections with awaitable reads and writes. */
#ifndef LIBASYNC_CPP_STREAM_HPP
#define LIBASYNC_CPP_STREAM_HPP
#include "loop.hpp"

namespace asy {

/** What asy::stream::read_view() returns: await it. */
class [[nodiscard]] view_operation {
 public:
  explicit view_operation(asy_stream *stream) noexcept : stream_(stream) {}
  friend detail::start_awaiter<view_operation> make_awaiter(detail::promise_base &promise,
                                                            view_operation &&self) noexcept {
    return {promise, self};
  }
  /** The same read by way of another future, which `wrap` makes of its own. */
  template <class Wrap>
  auto wrapped(Wrap wrap) && {
    auto read = [self = *this](const asy_value &size) noexcept { return self.read(size); };
    return detail::operation<decltype(read)>(wrap(asy_stream_read_view(stream_)), read);
  }

 private:
  friend detail::start_awaiter<view_operation>;
  asy_future *start(detail::promise_base &) const noexcept { return asy_stream_read_view(stream_); }
  std::string_view read(const asy_value &) const noexcept {
    std::size_t size = 0;
    const void *data = asy_stream_view(stream_, &size);
    return {static_cast<const char *>(data), size};
  }
  asy_stream *stream_;
};

/** What asy::stream::write() returns: the bytes are on their way. Await it, or make it a future with to_future(). */
class [[nodiscard]] write_operation {
 public:
  /** @param wait consumed; nullptr when there is nothing to wait for */
  explicit write_operation(asy_future *wait) noexcept : wait_(adopt, wait) {}
  future<void> to_future(asy_loop *loop) && {
    return wait_ ? future<void>(adopt, wait_.release()) : future<void>::done(loop);
  }
  friend detail::future_awaiter<detail::future_handle &, detail::read_as<void>> make_awaiter(
      detail::promise_base &promise, write_operation &&self) noexcept {
    return {promise, self.wait_, {}};
  }

 private:
  detail::future_handle wait_;
};

/**
 * A connection; copies share it. The loop's thread.
 *
 * One task may read and one may write at a time. Await close(): dropping the last handle of an open stream
 * reports it and aborts. Data comes before an error that followed it.
 */
class stream : public detail::counted<asy_stream, asy_stream_ref, asy_stream_unref> {
 public:
  using counted::counted;

  /** @return 1 to `most` bytes as soon as any came; none at the end of the stream */
  [[nodiscard]] future<bytes> read(std::size_t most) const noexcept { return take(asy_stream_read(raw(), most)); }
  /** @return everything until the end of the stream */
  [[nodiscard]] future<bytes> read_all() const noexcept { return take(asy_stream_read_all(raw())); }
  /** @return exactly `size` bytes; fails with eof_error, which has the part that came */
  [[nodiscard]] future<bytes> read_exactly(std::size_t size) const noexcept {
    return take(asy_stream_read_exactly(raw(), size));
  }
  /** @return bytes up to and with the separator; fails with eof_error, or limit_error beyond set_limit() */
  [[nodiscard]] future<bytes> read_until(std::string_view separator) const noexcept {
    return take(asy_stream_read_until(raw(), separator.data(), separator.size()));
  }
  /**
   * Read without a copy. A handle of the stream must outlive the wait, and the view.
   * @return std::string_view of what came, empty at the end of the stream; valid until the next read or
   *   release_view()
   */
  view_operation read_view() const noexcept { return view_operation(raw()); }
  /** Give the buffer of the last read_view() back before the next read. */
  void release_view() const { check(asy_stream_release_view(raw())); }

  /**
   * Write all of it.
   * @param data sent or copied before this returns
   * @return done once what waits to be sent is below the mark; cancelling it stops the wait, not the bytes
   */
  write_operation write(std::string_view data) const noexcept {
    return write_operation(asy_stream_write_or_wait(raw(), data.data(), data.size()));
  }
  /** The same, keeping a reference instead of a copy. */
  write_operation write(const bytes &data) const noexcept {
    return data ? write_operation(asy_stream_write_bytes(raw(), data.raw())) : write(std::string_view());
  }
  write_operation write(const char *text) const noexcept { return write(std::string_view(text)); }
  /** @return how many bytes could be taken without waiting */
  std::size_t try_write(std::string_view data) const {
    std::size_t written = 0;
    asy_status status = asy_stream_try_write(raw(), data.data(), data.size(), &written);
    if (status != ASY_E_AGAIN) check(status);
    return written;
  }
  /** End the writing side after what is buffered; reading goes on. */
  [[nodiscard]] future<void> write_eof() const noexcept { return future<void>(adopt, asy_stream_write_eof(raw())); }
  /** Close after what is buffered; done when the connection is gone. */
  [[nodiscard]] future<void> close() const noexcept { return future<void>(adopt, asy_stream_close(raw())); }
  /** Close at once; what is buffered is lost. */
  void abort() const { check(asy_stream_abort(raw())); }

  bool is_closing() const noexcept { return asy_stream_is_closing(raw()); }
  /** @return whether the peer ended and everything was read */
  bool at_eof() const noexcept { return asy_stream_at_eof(raw()); }
  /** @param limit bytes that read_until() searches before it fails */
  void set_limit(std::size_t limit) const { check(asy_stream_set_limit(raw(), limit)); }
  /** @return such as "127.0.0.1:80" */
  std::string peer_name() const { return name(asy_stream_peer_name); }
  std::string socket_name() const { return name(asy_stream_socket_name); }

 private:
  static future<bytes> take(asy_future *read) noexcept { return future<bytes>(adopt, read); }
  template <class Get>
  std::string name(Get get) const {
    value text;
    check(get(raw(), text.raw()));
    return text.as<std::string>();
  }
};

template <>
struct convert<stream> {
  static void put(stream item, asy_value *out) noexcept {
    asy_value_set_object(out, item.release(), asy_stream_type());
  }
  static stream get(const asy_value &in) {
    void *found = asy_value_object(&in, asy_stream_type());
    if (!found) detail::mismatch("stream", in);
    return stream(borrow, static_cast<asy_stream *>(found));
  }
};

/**
 * Connect to a host and port.
 * @param host a name or an address; copied
 * @return the stream; fails with os_error (refused, unreachable), not_found_error, or #ASY_E_INVALID for the port
 */
[[nodiscard]] inline future<stream> connect(const std::string &host, std::uint32_t port, loop_ref loop = {}) noexcept {
  return future<stream>(adopt, asy_stream_connect(loop.raw(), host.c_str(), port));
}

}  // namespace asy
#endif
