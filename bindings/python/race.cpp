#include "runtime.hpp"

namespace asypy {
namespace {

/* The attempts: a list of callables that give awaitables. */
asy_future *on_start(size_t index, void *user_data) {
  Gil gil;
  asy_loop *loop = asy_loop_current();
  PyObject *start = PyList_GET_ITEM(static_cast<PyObject *>(user_data), static_cast<Py_ssize_t>(index));
  PyObject *awaitable = PyObject_CallNoArgs(start), *future = nullptr;
  if (awaitable && is_future(awaitable) && as_future(awaitable)->kind != Kind::plain) {
    future = drive(loop, awaitable);  // its outcome is Python's to make
  } else if (awaitable) {
    future = ensure_future(loop, awaitable);
  }
  Py_XDECREF(awaitable);
  asy_future *handle =
      future ? asy_future_ref(as_future(future)->handle) : asy_future_new_failed(loop, error_from_raised());
  Py_XDECREF(future);
  return handle;
}

/* race_attempts(list, delay): what race() waits for (libasync/waiting.py). */
PyObject *race_attempts(PyObject *, PyObject *args) {
  PyObject *attempts, *seconds;
  uint64_t delay;
  if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &attempts, &seconds) || !seconds_to_ns(seconds, &delay))
    return nullptr;
  asy_loop *loop = current_loop();
  if (!loop) return nullptr;
  auto on_free = [](void *user_data) { release(static_cast<PyObject *>(user_data)); };
  size_t count = static_cast<size_t>(PyList_GET_SIZE(attempts));
  return future_wrap(asy_race(loop, count, delay, on_start, Py_NewRef(attempts), on_free));
}

}  // namespace

PyMethodDef race_functions[] = {
    {"race_attempts", race_attempts, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
