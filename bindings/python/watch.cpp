#include "watch.hpp"

namespace asypy {

void free_callable(void *user_data) { release(static_cast<PyObject *>(user_data)); }

void on_call(void *user_data) {
  Gil gil;
  PyObject *function = Py_NewRef(static_cast<PyObject *>(user_data));
  PyObject *answer = PyObject_CallNoArgs(function);
  if (!answer) callback_failed(asy_loop_current(), "signal handler");
  Py_XDECREF(answer);
  Py_DECREF(function);
}

PyObject *remove_signal_handler(asy_loop *loop, int32_t signum) {
  asy_status status = asy_loop_remove_signal_handler(loop, signum);
  if (status == ASY_OK || status == ASY_E_NOT_FOUND) return PyBool_FromLong(status == ASY_OK);
  return raise_status(status);
}

void on_event(asy_watch *, uint32_t events, void *user_data) {
  Gil gil;
  PyObject *function = Py_NewRef(static_cast<PyObject *>(user_data));
  PyObject *answer = PyObject_CallFunction(function, "I", events);
  if (!answer) callback_failed(asy_loop_current(), "watched descriptor");
  Py_XDECREF(answer);
  Py_DECREF(function);
}

}  // namespace asypy
