#include "stream.hpp"

namespace asypy {

PyObject *stream_read(asy_stream *stream, int64_t size) {
  return future_wrap(size < 0 ? asy_stream_read_all(stream) : asy_stream_read(stream, static_cast<size_t>(size)));
}

PyObject *stream_read_exactly(asy_stream *stream, size_t size) {
  return future_wrap(asy_stream_read_exactly(stream, size), Kind::exactly, nullptr, size);
}

PyObject *stream_readline(asy_stream *stream, Kind kind) {
  return future_wrap(asy_stream_read_until(stream, "\n", 1), kind);
}

PyObject *stream_exit(asy_stream *stream, PyObject *exception) {
  if (exception == Py_None) return future_wrap(asy_stream_close(stream));
  asy_stream_abort(stream);
  return ready_new(Py_None);
}

}  // namespace asypy
