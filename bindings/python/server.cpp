#include "stream.hpp"
#include "watch.hpp"

#include <cerrno>

namespace asypy {
namespace {

void unref_stream(void *stream) { asy_stream_unref(static_cast<asy_stream *>(stream)); }

void on_closed(asy_future *closed, void *) { asy_future_error(closed); }  // a peer that is gone is no news here

void on_handled(asy_future *, void *user_data) {
  auto *stream = static_cast<asy_stream *>(user_data);
  asy_future *closed = asy_stream_close(stream);
  asy_future_add_done_callback(closed, on_closed, asy_stream_ref(stream), unref_stream);
  asy_future_unref(closed);
}

/* Calls the handler; the connection belongs to the server as soon as there is a task. */
PyObject *start(asy_server *server, asy_transport *transport, PyObject *handler, asy_stream *stream, PyObject *object) {
  PyObject *answer = PyObject_CallOneArg(handler, object);
  if (!answer || !is_coroutine(answer)) return answer;
  PyObject *task = task_new(asy_loop_current(), answer, nullptr, nullptr);
  Py_DECREF(answer);
  if (!task) return nullptr;
  asy_status status = asy_server_add(server, transport, as_future(task)->handle);
  // A handler that returns lets go of its stream; what it wrote is flushed all the same.
  if (status == ASY_OK)
    status = asy_future_add_done_callback(as_future(task)->handle, on_handled, asy_stream_ref(stream), unref_stream);
  if (status < 0) Py_CLEAR(task);
  return status < 0 ? raise_status(status) : task;
}

}  // namespace

void raise_listen_status(asy_status status) {
  int number = status == ASY_E_BUSY ? EADDRINUSE : status == ASY_E_NOT_FOUND ? EADDRNOTAVAIL : 0;
  if (!number && status == ASY_E_OS) number = errno ? errno : EACCES;
  if (!number) {
    raise_status(status);
    return;
  }
  errno = number;
  PyErr_SetFromErrno(PyExc_OSError);
}

void on_client(asy_server *server, asy_transport *transport, void *user_data) {
  Gil gil;
  Entered in(user_data);
  asy_stream *made = nullptr;
  asy_status status = in ? asy_stream_new(transport, &made) : ASY_OK;
  PyObject *stream = status < 0 ? raise_status(status) : made ? stream_object(made) : nullptr;
  PyObject *started = stream ? start(server, transport, in.function(), made, stream) : nullptr;
  if (!started) {
    callback_failed(asy_loop_current(), "server's handler");
    asy_transport_abort(transport);
  }
  Py_XDECREF(started);
  Py_XDECREF(stream);
}

PyObject *server_stop(asy_server *server, PyObject *grace) {
  uint64_t ns = 0;
  if (grace && !seconds_to_ns(grace, &ns)) return nullptr;
  return future_wrap(asy_server_stop(server, ns));
}

PyObject *server_exit(asy_server *server, PyObject *exception) {
  if (exception != Py_None) return future_wrap(asy_server_stop(server, 0), Kind::result, Py_None);
  asy_status status = asy_server_close(server);
  return status < 0 ? raise_status(status) : future_wrap(asy_server_wait_closed(server));
}

}  // namespace asypy
