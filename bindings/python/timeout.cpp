#include "timeout.hpp"

namespace asypy {

namespace {

/* The timeout stands in the chain between the cancel and what was raised while that was handled. */
void insert_expiry(PyObject *raised) {
  PyObject *at = Py_NewRef(raised);
  while (PyObject *context = PyException_GetContext(at)) {
    if (PyObject_TypeCheck(context, reinterpret_cast<PyTypeObject *>(classes.cancelled))) {
      if (PyObject *expiry = PyObject_CallNoArgs(PyExc_TimeoutError)) {
        PyException_SetCause(expiry, Py_NewRef(context));
        PyException_SetContext(expiry, Py_NewRef(context));
        PyException_SetContext(at, expiry);
      } else {
        PyErr_Clear();
      }
      Py_DECREF(context);
      break;
    }
    Py_SETREF(at, context);
  }
  Py_DECREF(at);
}

/* Also behind the members of a group, which ended by that cancel. */
void show_expiry(PyObject *raised) {
  insert_expiry(raised);
  if (!PyObject_TypeCheck(raised, reinterpret_cast<PyTypeObject *>(PyExc_BaseExceptionGroup))) return;
  PyObject *members = PyObject_GetAttrString(raised, "exceptions");
  if (!members) return PyErr_Clear();
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members); ++i) insert_expiry(PyTuple_GET_ITEM(members, i));
  Py_DECREF(members);
}

}  // namespace

Timeout *timeout(PyObject *delay) {
  uint64_t ns;
  return seconds_to_ns(delay, &ns) ? new Timeout(ns, false) : nullptr;
}

Timeout *timeout_at(PyObject *when) {
  uint64_t ns;
  return seconds_to_ns(when, &ns) ? new Timeout(ns, true) : nullptr;
}

Timeout::~Timeout() {
  if (handle_) asy_timeout_exit(handle_, nullptr, nullptr);  // a body that was never left, as in a closed coroutine
}

PyObject *Timeout::__aenter__(PyObject *SELF) {
  if (entered_) {
    PyErr_SetString(PyExc_RuntimeError, "a timeout is entered once");
    return nullptr;
  }
  asy_loop *loop = current_loop();
  if (!loop) return nullptr;
  asy_status status = asy_timeout_enter(loop, nullptr, absolute_ ? ASY_FOREVER : ns_, &handle_);
  if (status == ASY_OK && absolute_) asy_timeout_reschedule(handle_, ns_);
  if (status == ASY_E_STATE || status == ASY_E_INVALID) {
    PyErr_SetString(PyExc_RuntimeError, "a timeout is entered inside a task");
    return nullptr;
  }
  if (status < 0) return raise_status(status);
  entry_level_ = asy_task_cancelling(asy_task_current(loop));
  entered_ = true;
  return ready_new(SELF);
}

PyObject *Timeout::__aexit__(PyObject *, PyObject *exception, PyObject *) {
  if (!handle_) {
    PyErr_SetString(PyExc_RuntimeError, "the timeout has not been entered: use `async with`");
    return nullptr;
  }
  expired_ = asy_timeout_is_expired(handle_) != 0;
  ns_ = asy_timeout_when(handle_);
  asy_timeout *handle = handle_;
  handle_ = nullptr;
  asy_error *outcome = nullptr;
  asy_status status =
      asy_timeout_exit(handle, exception == Py_None ? nullptr : error_from_exception(exception), &outcome);
  if (!outcome) return status < 0 ? raise_status(status) : ready_new(exception == Py_None ? Py_False : Py_True);
  auto *box = static_cast<Box *>(asy_error_object(outcome, &exception_type));
  if (box && box->object == exception) {  // `async with` raises it itself
    asy_error_unref(outcome);
    if (expired_ && asy_task_cancelling(asy_task_current(current_loop())) <= entry_level_) show_expiry(exception);
    return ready_new(Py_False);
  }
  PyObject *raised = exception_from_error(outcome);
  asy_error_unref(outcome);
  if (exception != Py_None && raised != exception) {
    PyException_SetContext(raised, Py_NewRef(exception));
    if (PyObject *cause = PyException_GetCause(raised)) {
      Py_DECREF(cause);
    } else {
      PyException_SetCause(raised, Py_NewRef(exception));
    }
  }
  PyErr_Restore(Py_NewRef(reinterpret_cast<PyObject *>(Py_TYPE(raised))), raised, nullptr);
  return nullptr;
}

PyObject *Timeout::when() {
  if (handle_) return ns_to_seconds(asy_timeout_when(handle_));
  if (absolute_ || entered_ || ns_ == ASY_FOREVER) return ns_to_seconds(ns_);
  asy_loop *loop = current_loop();
  return loop ? ns_to_seconds(asy_loop_time(loop) + ns_) : nullptr;
}

PyObject *Timeout::_describe() {
  if (expired()) return PyUnicode_FromString("[expired]");
  if (!handle_) return PyUnicode_FromString(entered_ ? "[finished]" : "[not entered]");
  PyObject *until = when(), *text = until ? PyUnicode_FromFormat("[active, when:%S]", until) : nullptr;
  Py_XDECREF(until);
  return text;
}

PyObject *Timeout::reschedule(PyObject *when) {
  uint64_t ns;
  if (!seconds_to_ns(when, &ns)) return nullptr;
  asy_status status = handle_ ? asy_timeout_reschedule(handle_, ns) : ASY_E_STATE;
  if (status == ASY_E_STATE) {
    PyErr_SetString(PyExc_RuntimeError, "only a timeout that was entered and has not expired is rescheduled");
    return nullptr;
  }
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

}  // namespace asypy
