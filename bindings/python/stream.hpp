#pragma once
#include "runtime.hpp"

namespace asypy {

PyObject *stream_object(asy_stream *stream);  // takes the reference; made in core.i
PyObject *stream_read(asy_stream *stream, int64_t size);
PyObject *stream_read_exactly(asy_stream *stream, size_t size);
PyObject *stream_readline(asy_stream *stream, Kind kind);
PyObject *stream_exit(asy_stream *stream, PyObject *exception);  // left with an error it is dropped, not flushed

void raise_listen_status(asy_status status);  // as the OSError that says the same
void on_client(asy_server *server, asy_transport *transport, void *user_data);
PyObject *server_stop(asy_server *server, PyObject *grace);
PyObject *server_exit(asy_server *server, PyObject *exception);  // left with an error it cancels its tasks

}  // namespace asypy
