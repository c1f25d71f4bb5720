/** @file
 * @brief Streams: reading. */
#include "libasync/io/stream.hpp"

#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

constexpr std::size_t most_limit = SIZE_MAX / 4 < UINT32_MAX ? SIZE_MAX / 4 : UINT32_MAX;

libasync::stream *core(asy_stream *s) noexcept { return core_of<libasync::stream>(s); }
libasync::stream *core(const asy_stream *s) noexcept { return core_of<libasync::stream>(s); }

[[gnu::cold, gnu::noinline]] const void *no_view(const object *o, size_t *out_size) noexcept {
  object_check(o);  // it may be another thread's call, which debug mode wants to know of
  if (out_size) *out_size = 0;
  return nullptr;
}

}  // namespace

extern "C" {

/**
 * Read what is there, or wait for it.
 *
 * One read at a time: a second one fails with #ASY_E_BUSY, the first goes on. A
 * cancelled read leaves the bytes to the next one. Bytes that came before the
 * connection broke are read before its error is.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] max_size how many bytes at most; 0 gives none at once
 * @return a future of 1 to `max_size` bytes, and of none at the end of the stream
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read(asy_stream *stream, size_t max_size) ASY_NOEXCEPT {
  if (!object_is_here(core(stream))) return refuse_call(core(stream));
  return handle(stream_read(*core(stream), READ_SOME, max_size));
}

/**
 * Read until the end of the stream.
 *
 * @param[in] stream the stream; borrowed
 * @return a future of all the bytes
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_all(asy_stream *stream) ASY_NOEXCEPT {
  if (!object_is_here(core(stream))) return refuse_call(core(stream));
  return handle(stream_read(*core(stream), READ_ALL, SIZE_MAX));
}

/**
 * Read so many bytes, no more and no less; the limit does not count.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] size how many
 * @return a future of the bytes; fails with #ASY_E_EOF when the stream ends before, the bytes that came
 *   are the error's object of asy_bytes_type()
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_exactly(asy_stream *stream, size_t size) ASY_NOEXCEPT {
  if (!object_is_here(core(stream))) return refuse_call(core(stream));
  return handle(stream_read(*core(stream), READ_EXACTLY, size));
}

/**
 * Read up to and including a separator.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the separator; copied
 * @param[in] size its length, at least 1
 * @return a future of the bytes with the separator; fails with #ASY_E_EOF when the stream ends before,
 *   the bytes that came are the error's object of asy_bytes_type(); fails with #ASY_E_LIMIT when the
 *   separator starts beyond the limit, the bytes stay
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_until(asy_stream *stream, const void *data, size_t size) ASY_NOEXCEPT {
  if (!object_is_here(core(stream)) || !(data && size)) return refuse_call(core(stream));
  return handle(stream_read_until(*core(stream), static_cast<const char *>(data), size));
}

/**
 * Read what is there without a copy.
 *
 * asy_stream_view() gives the bytes, until asy_stream_release_view() or the next
 * read.
 *
 * @param[in] stream the stream; borrowed
 * @return a future of the number of bytes, 0 at the end of the stream
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_view(asy_stream *stream) ASY_NOEXCEPT {
  if (!object_is_here(core(stream))) return refuse_call(core(stream));
  return handle(stream_read(*core(stream), READ_VIEW, SIZE_MAX));
}

/**
 * Give the bytes of the last asy_stream_read_view().
 *
 * @param[in] stream the stream; borrowed
 * @param[out] out_size receives how many
 * @return the bytes, or NULL when no view is out
 * @par Ownership
 * borrowed from the stream until the view is released
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API const void *asy_stream_view(const asy_stream *stream, size_t *out_size) ASY_NOEXCEPT {
  if (!object_is_here(core(stream))) return no_view(core(stream), out_size);
  const libasync::stream &s = *core(stream);
  if (!s.is(libasync::stream::viewed)) return no_view(core(stream), out_size);
  if (out_size) *out_size = s.view.size;
  return s.view.data;
}

/**
 * End the last view; its bytes are gone.
 *
 * @param[in] stream the stream; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_release_view(asy_stream *stream) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(stream))) return refused;
  stream_release_view(*core(stream));
  return ASY_OK;
}

/**
 * Tell whether the peer has ended its side and everything is read.
 *
 * @param[in] stream the stream; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_stream_at_eof(const asy_stream *stream) ASY_NOEXCEPT {
  return !object_check(core(stream)) && core(stream)->is(libasync::stream::at_end) && core(stream)->unread.empty();
}

/**
 * Set how far asy_stream_read_until() looks, and how much gathers while nobody reads.
 *
 * Without this call it is 64 KiB.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] limit bytes, at least 1 and less than 4 GiB
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `limit` is out of range
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_set_limit(asy_stream *stream, size_t limit) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(stream))) return refused;
  if (!limit || limit > most_limit) return ASY_E_INVALID;
  core(stream)->limit = static_cast<uint32_t>(limit);
  return ASY_OK;
}

}  // extern "C"
