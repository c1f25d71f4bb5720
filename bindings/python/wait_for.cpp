#include "runtime.hpp"

namespace asypy {
namespace {

/* The part of wait_for() for what runs already; a coroutine runs in the caller's own task (libasync/timeouts.py). */
PyObject *wait_for_future(PyObject *, PyObject *const *args, Py_ssize_t count) {
  uint64_t delay;
  if (count != 2) {
    PyErr_SetString(PyExc_TypeError, "wait_for_future(future, seconds)");
    return nullptr;
  }
  asy_future *future = future_arg(args[0]);
  if (!future || !seconds_to_ns(args[1], &delay)) return nullptr;
  asy_loop *loop = current_loop();
  if (!loop) return nullptr;
  Future *inner = as_future(args[0]);
  return future_wrap(asy_wait_for(loop, asy_future_ref(future), delay), inner->kind, inner->extra, inner->size);
}

}  // namespace

PyMethodDef wait_for_functions[] = {
    {"wait_for_future", as_method(wait_for_future), METH_FASTCALL, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
