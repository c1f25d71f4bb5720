#include "members.hpp"

namespace asypy {
namespace {

/* wait_futures(list, mode, timeout): the part of wait() that waits (libasync/waiting.py). */
PyObject *wait_futures(PyObject *, PyObject *args) {
  PyObject *list, *seconds;
  unsigned mode;
  uint64_t timeout;
  if (!PyArg_ParseTuple(args, "O!IO", &PyList_Type, &list, &mode, &seconds) || !seconds_to_ns(seconds, &timeout))
    return nullptr;
  asy_loop *loop = current_loop();
  std::vector<asy_future *> handles;
  for (Py_ssize_t i = 0; loop && i < PyList_GET_SIZE(list); i++) {
    asy_future *handle = future_arg(PyList_GET_ITEM(list, i));
    if (!handle) loop = nullptr;
    else handles.push_back(asy_future_ref(handle));
  }
  if (loop) return future_wrap(asy_wait(loop, handles.data(), handles.size(), mode, timeout));
  for (asy_future *handle : handles) asy_future_unref(handle);
  return nullptr;
}

}  // namespace

PyMethodDef wait_functions[] = {
    {"wait_futures", wait_futures, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
