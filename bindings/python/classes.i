/* The classes: handles of the C ABI with their functions as methods, and the C++ classes of the headers here. */

%exception {
  $action
  if (PyErr_Occurred()) SWIG_fail;
}

%include "attribute.i"

%feature("compactdefaultargs");
%feature("python:tp_repr") "asypy::object_repr";
%feature("python:tp_new") "class_new";
%{
/* A derived class that never calls __init__() would leave SWIG without a type to compare. */
static PyObject *class_new(PyTypeObject *type, PyObject *, PyObject *) {
  PyObject *made = type->tp_alloc(type, 0);
  if (made) reinterpret_cast<SwigPyObject *>(made)->ty = SWIGTYPE_p_asy_watch;
  return made;
}
%}
%typemap(check) SWIGTYPE *self {
  if (!$1) {
    PyErr_SetString(PyExc_RuntimeError, "the object was never initialised: call super().__init__()");
    SWIG_fail;
  }
}

%rename(Watch) asy_watch;
%rename(Stream) asy_stream;
%rename(Server) asy_server;
%define %slot(METHOD, SLOT, FUNCTYPE)
%feature("python:slot", #SLOT, functype=#FUNCTYPE) METHOD;
%enddef
%slot(asy_stream::__aiter__, am_aiter, unaryfunc)
%slot(asy_stream::__anext__, am_anext, unaryfunc)
%slot(asypy::Queue::__aiter__, am_aiter, unaryfunc)
%slot(asypy::Queue::__anext__, am_anext, unaryfunc)
%slot(asypy::Channel::__aiter__, am_aiter, unaryfunc)
%slot(asypy::Channel::__anext__, am_anext, unaryfunc)
%slot(asypy::Signals::__aiter__, am_aiter, unaryfunc)
%slot(asypy::Signals::__anext__, am_anext, unaryfunc)
%slot(asypy::Generator::__aiter__, am_aiter, unaryfunc)
%slot(asypy::Generator::__anext__, am_anext, unaryfunc)
%slot(asypy::AsCompleted::__aiter__, am_aiter, unaryfunc)
%slot(asypy::AsCompleted::__anext__, am_anext, unaryfunc)
%slot(asypy::AsCompleted::__iter__, tp_iter, getiterfunc)
%slot(asypy::AsCompleted::__next__, tp_iternext, iternextfunc)

/* SWIG 4.1 fills in the asynchronous slots but never links their table; the obsolete tp_compare has its place. */
%define %asynchronous(CLASS, TYPE)
%feature("python:tp_compare") CLASS "&SwigPyBuiltin__" #TYPE "_type.as_async";
%enddef
%asynchronous(asy_stream, asy_stream)
%asynchronous(asypy::Queue, asypy__Queue)
%asynchronous(asypy::Channel, asypy__Channel)
%asynchronous(asypy::Signals, asypy__Signals)
%asynchronous(asypy::Generator, asypy__Generator)
%asynchronous(asypy::AsCompleted, asypy__AsCompleted)

%feature("kwargs") asypy::Lock::Lock;
%feature("kwargs") asypy::Condition::Condition;
%feature("kwargs") asypy::Barrier::Barrier;
%feature("kwargs") asypy::Limiter::Limiter;
%feature("kwargs") asypy::Semaphore::Semaphore;
%feature("kwargs") asypy::BoundedSemaphore::BoundedSemaphore;
%feature("kwargs") asypy::Queue::Queue;
%feature("kwargs") asypy::Channel::Channel;
%feature("kwargs") asypy::LifoQueue::LifoQueue;
%feature("kwargs") asypy::PriorityQueue::PriorityQueue;
%feature("kwargs") asypy::Queue::shutdown;
%feature("kwargs") asypy::AsCompleted::AsCompleted;
%feature("kwargs") asypy::Condition::notify;
%feature("kwargs") asypy::Limiter::acquire;
%feature("kwargs") asypy::Limiter::try_acquire;
%feature("kwargs") asypy::TaskGroup::cancel;
%feature("kwargs") asypy::Timeout::reschedule;
%feature("kwargs") asy_server::own_stop;
%feature("kwargs") asy_stream::own_set_limit;
%feature("kwargs") asy_watch::own_set_events;
%ignore asypy::TaskGroup::add;
%newobject timeout;
%newobject timeout_at;
%ignore asypy::Timeout::Timeout;

%rename(Token) asy_context_token;
%asy_handle(context_token)
%asy_handle(watch)
%asy_handle(stream)
%asy_handle(server)

/* A method's body becomes a C++ function asy_CLASS_METHOD(), which must not meet the ABI's own: hence the prefix. */
%rename("%(regex:/^own_(.*)/\\1/)s", regextarget=1) "^own_";

%extend asy_watch {
  asy_status own_set_events(uint32_t events) { return asy_watch_set_events($self, events); }
  asy_status own_close() { return asy_watch_close($self); }
}

%extend asy_stream {
  PyObject *own_read(int64_t size = -1) { return asypy::stream_read($self, size); }
  PyObject *own_read_exactly(size_t size) { return asypy::stream_read_exactly($self, size); }
  asy_future *own_read_until(const void *data, size_t size) { return asy_stream_read_until($self, data, size); }
  PyObject *own_readline() { return asypy::stream_readline($self, asypy::Kind::line); }
  asy_future *own_write(const void *data, size_t size) { return asy_stream_write($self, data, size); }
  asy_status own_try_write(const void *data, size_t size, size_t *out_written) {
    return asy_stream_try_write($self, data, size, out_written);
  }
  asy_future *own_write_eof() { return asy_stream_write_eof($self); }
  asy_future *own_close() { return asy_stream_close($self); }
  asy_status own_abort() { return asy_stream_abort($self); }
  bool own_is_closing() { return asy_stream_is_closing($self) != 0; }
  bool own_at_eof() { return asy_stream_at_eof($self) != 0; }
  asy_status own_set_limit(size_t limit) { return asy_stream_set_limit($self, limit); }
  asy_status own_peer_name(asy_value *out_value) { return asy_stream_peer_name($self, out_value); }
  asy_status own_socket_name(asy_value *out_value) { return asy_stream_socket_name($self, out_value); }
  PyObject *__aenter__(PyObject *SELF) { return asypy::ready_new(SELF); }
  PyObject *__aexit__(PyObject *type, PyObject *exception, PyObject *traceback) {
    return asypy::stream_exit($self, exception);
  }
  PyObject *__aiter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__anext__() { return asypy::stream_readline($self, asypy::Kind::line_item); }
}

%extend asy_server {
  uint32_t own_port() { return asy_server_port($self); }
  asy_status own_close() { return asy_server_close($self); }
  PyObject *own_stop(PyObject *grace = nullptr) { return asypy::server_stop($self, grace); }
  asy_future *own_wait_closed() { return asy_server_wait_closed($self); }
  asy_future *own_serve_forever() { return asy_server_wait_closed($self); }
  size_t own_connection_count() { return asy_server_connection_count($self); }
  PyObject *__aenter__(PyObject *SELF) { return asypy::ready_new(SELF); }
  PyObject *__aexit__(PyObject *type, PyObject *exception, PyObject *traceback) {
    return asypy::server_exit($self, exception);
  }
}

%ignore asypy::Lazy;
%ignore asypy::LazyLock;
%ignore asypy::Lock::Lock(std::shared_ptr<LazyLock>);
%ignore asypy::Lock::shared;
%attribute(asypy::Barrier, uint32_t, parties, parties)
%attribute(asypy::Barrier, uint32_t, n_waiting, n_waiting)
%attribute(asypy::Barrier, bool, broken, broken)
%attribute(asypy::Queue, size_t, maxsize, maxsize)
%attribute(asypy::Channel, size_t, maxsize, maxsize)
%attribute(asypy::ContextVar, const char *, name, name)
%feature("kwargs") asypy::Context::Context;
%include "context_var.hpp"
%include "lock.hpp"
%include "condition.hpp"
%include "barrier.hpp"
%include "limiter.hpp"
%feature("kwargs") asypy::Executor::Executor;
%include "executor.hpp"
%include "signals.hpp"
%ignore asypy::Generator::Generator(asy_generator *);
%ignore asypy::Generator::handle;

%include "generator.hpp"
%include "semaphore.hpp"
%include "event.hpp"
%include "queue.hpp"
%include "channel.hpp"
%include "timeout.hpp"
%include "group.hpp"
%include "as_completed.hpp"
