#include "future.hpp"
#include "task.hpp"

#include <algorithm>
#include <cstring>

namespace asypy {
namespace {

asy_task *handle_of(PyObject *self) { return future_is_usable(self) ? as_future(self)->handle : nullptr; }

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

/* The frames of a task belong to libasync/stack.py. */
PyObject *call_stack(const char *function, PyObject *self, PyObject *args, PyObject *kwargs) {
  PyObject *module = PyImport_ImportModule("libasync.stack");
  PyObject *target = module ? PyObject_GetAttrString(module, function) : nullptr;
  PyObject *bound = target ? PyMethod_New(target, self) : nullptr;
  PyObject *answer = bound ? PyObject_Call(bound, args, kwargs) : nullptr;
  Py_XDECREF(bound);
  Py_XDECREF(target);
  Py_XDECREF(module);
  return answer;
}

PyObject *get_stack(PyObject *self, PyObject *args, PyObject *kwargs) {
  return call_stack("get_stack", self, args, kwargs);
}

PyObject *print_stack(PyObject *self, PyObject *args, PyObject *kwargs) {
  return call_stack("print_stack", self, args, kwargs);
}

PyObject *cancelling(PyObject *self, PyObject *) {
  asy_task *handle = handle_of(self);
  return handle ? count(asy_task_cancelling(handle)) : nullptr;
}

PyObject *uncancel(PyObject *self, PyObject *) {
  asy_task *handle = handle_of(self);
  return handle ? count(asy_task_uncancel(handle)) : nullptr;
}

asy_loop *loop_of(Future *future) { return future->handle ? asy_future_loop(future->handle) : nullptr; }

PyObject *ensure_future_function(PyObject *, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"", "loop", nullptr};
  PyObject *awaitable, *loop = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$O:ensure_future", const_cast<char **>(names), &awaitable, &loop))
    return nullptr;
  if (is_future(awaitable)) {
    asy_loop *asked = loop == Py_None ? nullptr : loop_arg(loop), *own = loop_of(as_future(awaitable));
    if (loop != Py_None && !asked) return nullptr;
    if (!asked || !own || asked == own) return Py_NewRef(awaitable);
    PyErr_SetString(PyExc_ValueError, "the future belongs to another loop than the one given");
    return nullptr;
  }
  if (asy_loop *handle = loop_arg_or_current(loop)) return ensure_future(handle, awaitable);
  if (is_coroutine(awaitable)) close_refused(awaitable);
  return nullptr;
}

/* (loop=None); NULL: exception set. */
asy_loop *only_loop(PyObject *args, PyObject *kwargs, const char *format) {
  static const char *names[] = {"loop", nullptr};
  PyObject *object = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, const_cast<char **>(names), &object)) return nullptr;
  return loop_arg_or_current(object);
}

PyObject *current_task(PyObject *, PyObject *args, PyObject *kwargs) {
  asy_loop *loop = only_loop(args, kwargs, "|O:current_task");
  if (!loop) return nullptr;
  if (running_task && running_task->loop == loop) return Py_NewRef(reinterpret_cast<PyObject *>(running_task));
  asy_task *handle = asy_task_current(loop);
  if (handle) return future_find(handle);
  Py_RETURN_NONE;
}

PyObject *all_tasks(PyObject *, PyObject *args, PyObject *kwargs) {
  asy_loop *loop = only_loop(args, kwargs, "|O:all_tasks");
  return loop ? tasks_of(loop) : nullptr;
}

PyObject *awaiters(PyObject *, PyObject *object) {
  asy_future *handle = future_arg(object);
  return handle ? awaiters_of(handle) : nullptr;
}

PyObject *get_running_loop(PyObject *, PyObject *) {
  asy_loop *loop = current_loop();
  return loop ? loop_object(loop) : nullptr;
}

PyObject *is_running_here(PyObject *, PyObject *) { return PyBool_FromLong(asy_loop_current() != nullptr); }

PyObject *is_coroutine_function(PyObject *, PyObject *object) { return PyBool_FromLong(is_coroutine(object)); }

PyObject *raise_not_function(PyObject *, PyObject *args) {
  const char *needed;
  PyObject *given;
  return PyArg_ParseTuple(args, "sO:raise_not", &needed, &given) ? raise_not(needed, given) : nullptr;
}

PyObject *close_refused_function(PyObject *, PyObject *object) {
  if (is_coroutine(object)) close_refused(object);
  Py_RETURN_NONE;
}

}  // namespace

PyMethodDef task_functions[] = {
    {"ensure_future", as_method(ensure_future_function), METH_VARARGS | METH_KEYWORDS,
     "ensure_future(awaitable, /, *, loop=None)\n--\n\nA future as it is, anything else awaitable as a task."},
    {"current_task", as_method(current_task), METH_VARARGS | METH_KEYWORDS,
     "current_task(loop=None)\n--\n\nThe task whose step is running, or None."},
    {"all_tasks", as_method(all_tasks), METH_VARARGS | METH_KEYWORDS,
     "all_tasks(loop=None)\n--\n\nThe set of unfinished tasks."},
    {"get_running_loop", get_running_loop, METH_NOARGS, "get_running_loop()\n--\n\nThe loop that runs in this thread."},
    {"awaiters", awaiters, METH_O, nullptr},
    {"is_running_here", is_running_here, METH_NOARGS, nullptr},
    {"is_coroutine", is_coroutine_function, METH_O, nullptr},
    {"raise_not", raise_not_function, METH_VARARGS, nullptr},
    {"close_refused", close_refused_function, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef task_methods[] = {
    {"get_name", get_name, METH_NOARGS, "get_name($self, /)\n--\n\nThe task's name."},
    {"set_name", set_name, METH_O, "set_name($self, name, /)\n--\n\nGive it another name; any value becomes text."},
    {"get_coro", get_coro, METH_NOARGS, "get_coro($self, /)\n--\n\nThe coroutine, or None once it has ended."},
    {"get_context", get_context, METH_NOARGS, "get_context($self, /)\n--\n\nThe context its steps run in, or None."},
    {"get_stack", as_method(get_stack), METH_VARARGS | METH_KEYWORDS,
     "get_stack($self, /, *, limit=None)\n--\n\nThe frames it is suspended at, or those of its error's traceback."},
    {"print_stack", as_method(print_stack), METH_VARARGS | METH_KEYWORDS,
     "print_stack($self, /, *, limit=None, file=None)\n--\n\nPrint them, to stderr by default."},
    {"cancelling", cancelling, METH_NOARGS, "cancelling($self, /)\n--\n\nHow many cancel requests are outstanding."},
    {"uncancel", uncancel, METH_NOARGS,
     "uncancel($self, /)\n--\n\nTake back one cancel request; returns how many are left."},
    {nullptr, nullptr, 0, nullptr},
};

PyObject *task_repr(PyObject *self, const char *state, const char *created, const char *place) {
  asy_future *handle = as_future(self)->handle;
  const char *name = asy_task_name(handle);
  // "task NAME waiting for ...": from after the name on
  const std::string told = asy_future_is_done(handle) ? "" : text_of(asy_future_describe, handle);
  const char *stands = told.c_str() + std::min(told.size(), std::strlen("task ") + std::strlen(name));
  PyObject *coroutine = PyObject_TypeCheck(self, task_type) ? reinterpret_cast<Task *>(self)->coroutine : nullptr;
  PyObject *unit = coroutine ? PyObject_GetAttrString(coroutine, "__qualname__") : nullptr;
  if (!unit) PyErr_Clear();
  PyObject *text = PyUnicode_FromFormat("<%s %s name=%s%s%V%s%s%s>", Py_TYPE(self)->tp_name, state, name,
                                        unit ? " coro=" : "", unit, "", stands, created, place);
  Py_XDECREF(unit);
  return text;
}

}  // namespace asypy
