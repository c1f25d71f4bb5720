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

PyObject *create_task(PyObject *, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  TaskArguments given;
  if (!given.parse(args, count, names)) return nullptr;
  if (asy_loop *loop = current_loop()) return task_new(loop, given.coroutine, given.name, given.context);
  close_refused(given.coroutine);
  return nullptr;
}

PyObject *ensure_future_function(PyObject *, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"", "loop", nullptr};
  PyObject *awaitable, *loop = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$O:ensure_future", const_cast<char **>(names), &awaitable, &loop))
    return nullptr;
  if (is_future(awaitable)) return Py_NewRef(awaitable);
  if (asy_loop *handle = loop_arg_or_current(loop)) return ensure_future(handle, awaitable);
  if (is_coroutine(awaitable)) close_refused(awaitable);
  return nullptr;
}

PyObject *current_task(PyObject *, PyObject *args) {
  PyObject *object = Py_None;
  if (!PyArg_ParseTuple(args, "|O:current_task", &object)) return nullptr;
  asy_loop *loop = loop_arg_or_current(object);
  if (!loop) return nullptr;
  if (running_task && running_task->loop == loop) return Py_NewRef(reinterpret_cast<PyObject *>(running_task));
  asy_task *handle = asy_task_current(loop);
  if (handle) return future_find(handle);
  Py_RETURN_NONE;
}

PyObject *all_tasks(PyObject *, PyObject *args) {
  PyObject *object = Py_None;
  if (!PyArg_ParseTuple(args, "|O:all_tasks", &object)) return nullptr;
  asy_loop *loop = loop_arg_or_current(object);
  return loop ? tasks_of(loop) : nullptr;
}

PyObject *get_running_loop(PyObject *, PyObject *) {
  asy_loop *loop = current_loop();
  return loop ? loop_object(loop) : nullptr;
}

PyObject *is_running_here(PyObject *, PyObject *) { return PyBool_FromLong(asy_loop_current() != nullptr); }

PyObject *is_coroutine_function(PyObject *, PyObject *object) { return PyBool_FromLong(is_coroutine(object)); }

PyObject *close_refused_function(PyObject *, PyObject *object) {
  if (is_coroutine(object)) close_refused(object);
  Py_RETURN_NONE;
}

}  // namespace

bool TaskArguments::parse(PyObject *const *args, Py_ssize_t count, PyObject *names) {
  if (count != 1) {
    PyErr_SetString(PyExc_TypeError, "create_task(coro, *, name=None, context=None)");
    return false;
  }
  coroutine = args[0];
  if (!is_coroutine(coroutine)) {
    PyErr_Format(PyExc_TypeError, "a coroutine is needed, not %.100s", Py_TYPE(coroutine)->tp_name);
    return false;
  }
  for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(names); i++) {
    PyObject *keyword = PyTuple_GET_ITEM(names, i);
    if (PyUnicode_CompareWithASCIIString(keyword, "name") == 0) {
      name = args[count + i];
    } else if (PyUnicode_CompareWithASCIIString(keyword, "context") == 0) {
      context = args[count + i];
    } else {
      PyErr_Format(PyExc_TypeError, "unexpected keyword argument %R", keyword);
      return false;
    }
  }
  return true;
}

PyMethodDef task_functions[] = {
    {"create_task", as_method(create_task), METH_FASTCALL | METH_KEYWORDS,
     "create_task(coro, /, *, name=None, context=None)\n--\n\nRun a coroutine as a task of the running loop."},
    {"ensure_future", as_method(ensure_future_function), METH_VARARGS | METH_KEYWORDS,
     "ensure_future(awaitable, /, *, loop=None)\n--\n\nA future as it is, anything else awaitable as a task."},
    {"current_task", current_task, METH_VARARGS,
     "current_task(loop=None, /)\n--\n\nThe task whose step is running, or None."},
    {"all_tasks", all_tasks, METH_VARARGS, "all_tasks(loop=None, /)\n--\n\nThe set of unfinished tasks."},
    {"get_running_loop", get_running_loop, METH_NOARGS, "get_running_loop()\n--\n\nThe loop that runs in this thread."},
    {"is_running_here", is_running_here, METH_NOARGS, nullptr},
    {"is_coroutine", is_coroutine_function, METH_O, nullptr},
    {"close_refused", close_refused_function, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef task_methods[] = {
    {"get_name", get_name, METH_NOARGS, "get_name($self, /)\n--\n\nThe task's name."},
    {"set_name", set_name, METH_O, "set_name($self, name, /)\n--\n\nGive it another name; any value becomes text."},
    {"get_coro", get_coro, METH_NOARGS, "get_coro($self, /)\n--\n\nThe coroutine, or None once it has ended."},
    {"get_context", get_context, METH_NOARGS, "get_context($self, /)\n--\n\nThe context its steps run in, or None."},
    {"cancelling", cancelling, METH_NOARGS, "cancelling($self, /)\n--\n\nHow many cancel requests are outstanding."},
    {"uncancel", uncancel, METH_NOARGS,
     "uncancel($self, /)\n--\n\nTake back one cancel request; returns how many are left."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
