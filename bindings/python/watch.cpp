#include "watch.hpp"

namespace asypy {

void free_callable(void *user_data) { release(static_cast<PyObject *>(user_data)); }

void on_event(asy_watch *, uint32_t events, void *user_data) {
  Gil gil;
  PyObject *function = Py_NewRef(static_cast<PyObject *>(user_data));
  PyObject *answer = PyObject_CallFunction(function, "I", events);
  if (!answer) callback_failed(asy_loop_current(), "watched descriptor");
  Py_XDECREF(answer);
  Py_DECREF(function);
}

}  // namespace asypy
