#include "watch.hpp"

#include <new>

namespace asypy {

void free_callable(void *user_data) { release(static_cast<PyObject *>(user_data)); }

namespace {

struct Registered {
  PyObject *function, *context;
};

}  // namespace

void *register_callable(PyObject *function) {
  PyObject *context = PyContext_CopyCurrent();
  if (!context) return nullptr;
  auto *made = new (std::nothrow) Registered{Py_NewRef(function), context};
  if (made) return made;
  Py_DECREF(function);
  Py_DECREF(context);
  return PyErr_NoMemory();
}

void free_registered(void *user_data) {
  auto *registered = static_cast<Registered *>(user_data);
  release(registered->function);
  release(registered->context);
  delete registered;
}

// It may be freed while it runs.
Entered::Entered(void *user_data)
    : function_(Py_NewRef(static_cast<Registered *>(user_data)->function)),
      context_(Py_NewRef(static_cast<Registered *>(user_data)->context)),
      entered_(PyContext_Enter(context_) == 0) {}

Entered::~Entered() {
  if (entered_) PyContext_Exit(context_);
  Py_DECREF(function_);
  Py_DECREF(context_);
}

void on_call(void *user_data) {
  Gil gil;
  Entered in(user_data);
  PyObject *answer = in ? PyObject_CallNoArgs(in.function()) : nullptr;
  if (!answer) callback_failed(asy_loop_current(), "signal handler");
  Py_XDECREF(answer);
}

PyObject *remove_signal_handler(asy_loop *loop, int32_t signum) {
  asy_status status = asy_loop_remove_signal_handler(loop, signum);
  if (status == ASY_OK || status == ASY_E_NOT_FOUND) return PyBool_FromLong(status == ASY_OK);
  return raise_status(status);
}

void on_event(asy_watch *, uint32_t events, void *user_data) {
  Gil gil;
  Entered in(user_data);
  PyObject *answer = in ? PyObject_CallFunction(in.function(), "I", events) : nullptr;
  if (!answer) callback_failed(asy_loop_current(), "watched descriptor");
  Py_XDECREF(answer);
}

}  // namespace asypy
