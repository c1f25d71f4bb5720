#include "task.hpp"

namespace asypy {
namespace {

asy_task *handle_of(PyObject *self) {
  asy_task *handle = as_future(self)->handle;
  if (!handle) raise_status(ASY_E_STATE);
  return handle;
}

PyObject *count(asy_status status) { return status < 0 ? raise_status(status) : PyLong_FromLong(status); }

PyObject *get_name(PyObject *self, PyObject *) {
  asy_task *handle = handle_of(self);
  return handle ? PyUnicode_FromString(asy_task_name(handle)) : nullptr;
}

PyObject *set_name(PyObject *self, PyObject *name) {
  asy_task *handle = handle_of(self);
  PyObject *text = handle ? PyObject_Str(name) : nullptr;
  const char *utf8 = text ? PyUnicode_AsUTF8(text) : nullptr;
  asy_status status = utf8 ? asy_task_set_name(handle, utf8) : ASY_OK;
  Py_XDECREF(text);
  if (!utf8) return nullptr;
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

PyObject *get_coro(PyObject *self, PyObject *) {
  PyObject *coroutine = reinterpret_cast<Task *>(self)->coroutine;
  return Py_NewRef(coroutine ? coroutine : Py_None);
}

PyObject *get_context(PyObject *self, PyObject *) {
  PyObject *context = reinterpret_cast<Task *>(self)->context;
  return Py_NewRef(context ? context : Py_None);
}

PyObject *cancelling(PyObject *self, PyObject *) {
  asy_task *handle = handle_of(self);
  return handle ? count(asy_task_cancelling(handle)) : nullptr;
}

PyObject *uncancel(PyObject *self, PyObject *) {
  asy_task *handle = handle_of(self);
  return handle ? count(asy_task_uncancel(handle)) : nullptr;
}

}  // namespace

PyMethodDef task_methods[] = {
    {"get_name", get_name, METH_NOARGS, "get_name($self, /)\n--\n\nThe task's name."},
    {"set_name", set_name, METH_O, "set_name($self, name, /)\n--\n\nGive it another name; any value becomes text."},
    {"get_coro", get_coro, METH_NOARGS, "get_coro($self, /)\n--\n\nThe coroutine, or None once it has ended."},
    {"get_context", get_context, METH_NOARGS, "get_context($self, /)\n--\n\nThe context its steps run in, or None."},
    {"cancelling", cancelling, METH_NOARGS, "cancelling($self, /)\n--\n\nHow many cancel requests are outstanding."},
    {"uncancel", uncancel, METH_NOARGS, "uncancel($self, /)\n--\n\nTake back one cancel request; returns how many are left."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
