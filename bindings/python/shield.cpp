#include "runtime.hpp"

namespace asypy {
namespace {

PyObject *shield(PyObject *, PyObject *awaitable) {
  Future *given = is_future(awaitable) ? as_future(awaitable) : nullptr;
  asy_loop *loop = given && given->handle ? asy_future_loop(given->handle) : nullptr;
  if (!loop && !(loop = current_loop())) {
    if (is_coroutine(awaitable)) close_refused(awaitable);
    return nullptr;
  }
  PyObject *inner = ensure_future(loop, awaitable);
  if (!inner || asy_future_is_done(as_future(inner)->handle)) return inner;
  Future *future = as_future(inner);
  PyObject *outer =
      future_wrap(asy_shield(loop, asy_future_ref(future->handle)), future->kind, future->extra, future->size);
  Py_DECREF(inner);
  return outer;
}

}  // namespace

PyMethodDef shield_functions[] = {
    {"shield", shield, METH_O,
     "shield(awaitable, /)\n--\n\nWait for it without passing a cancel on: it runs on when the waiter is cancelled."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
