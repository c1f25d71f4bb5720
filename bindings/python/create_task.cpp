/* create_task(): of the module, of Loop and of TaskGroup, by the loop's task factory where it has one; and Task(). */
#include "create_task.hpp"

#include "loop.hpp"

#include <vector>

namespace asypy {
namespace {

bool is_name(PyObject *keyword, const char *name) { return PyUnicode_CompareWithASCIIString(keyword, name) == 0; }

/* factory(loop, coro, **keywords) */
PyObject *ask_factory(PyObject *factory, asy_loop *loop, PyObject *coroutine, PyObject *const *values,
                      PyObject *keywords) {
  PyObject *object = loop_object(loop);
  if (!object) return nullptr;
  std::vector<PyObject *> args = {object, coroutine};
  if (keywords) args.insert(args.end(), values, values + PyTuple_GET_SIZE(keywords));
  PyObject *kept = Py_NewRef(factory);
  PyObject *task = PyObject_Vectorcall(kept, args.data(), 2, keywords);
  Py_DECREF(kept);
  Py_DECREF(object);
  if (!task || (is_future(task) && as_future(task)->handle && asy_future_is_task(as_future(task)->handle))) return task;
  PyErr_Format(PyExc_TypeError, "a task factory gave %.100s instead of a task", Py_TYPE(task)->tp_name);
  Py_DECREF(task);
  return nullptr;
}

PyObject *set_task_factory(PyObject *, PyObject *args) {
  PyObject *object, *factory;
  if (!PyArg_ParseTuple(args, "OO:set_task_factory", &object, &factory)) return nullptr;
  asy_loop *loop = loop_arg(object);
  Host *host = loop ? host_of(loop) : nullptr;
  if (!loop) return nullptr;
  if (!host) return raise_loop_status(asy_loop_is_closed(loop) ? ASY_E_CLOSED : ASY_E_WRONG_THREAD);
  if (factory != Py_None && !PyCallable_Check(factory)) return raise_not("a callable or None", factory);
  Py_XSETREF(host->factory, factory == Py_None ? nullptr : Py_NewRef(factory));
  Py_RETURN_NONE;
}

PyObject *create_task_function(PyObject *, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  return create_task(nullptr, args, count, names);
}

}  // namespace

bool TaskArguments::parse(PyObject *const *args, Py_ssize_t count, PyObject *names) {
  if (count != 1) {
    PyErr_SetString(PyExc_TypeError, "create_task(coro, *, name=None, context=None, eager_start=None)");
    return false;
  }
  coroutine = args[0];
  if (!is_coroutine(coroutine)) {
    raise_not("a coroutine", coroutine);
    return false;
  }
  for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(names); i++) {
    PyObject *keyword = PyTuple_GET_ITEM(names, i), *value = args[count + i];
    if (is_name(keyword, "name")) {
      name = value;
    } else if (is_name(keyword, "context")) {
      context = value;
    } else if (is_name(keyword, "loop")) {
      loop = value;
    } else if (is_name(keyword, "eager_start")) {
      int truth = PyObject_IsTrue(value);
      if (truth < 0) return false;
      eager = truth;
    } else {
      PyErr_Format(PyExc_TypeError, "unexpected keyword argument %R", keyword);
      return false;
    }
  }
  return true;
}

PyObject *create_task(asy_loop *loop, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  if (!loop && !(loop = current_loop())) {
    if (count && is_coroutine(args[0])) close_refused(args[0]);
    return nullptr;
  }
  Host *host = host_of(loop);
  if (host && host->factory && count == 1 && is_coroutine(args[0]))
    return ask_factory(host->factory, loop, args[0], args + count, names);
  TaskArguments given;
  if (!given.parse(args, count, names)) return nullptr;
  return task_new(loop, given.coroutine, given.name, given.context, given.eager);
}

/* What a task factory calls: Task(coro, *, loop=None, name=None, context=None, eager_start=False). */
int task_init(PyObject *self, PyObject *args, PyObject *kwargs) {
  std::vector<PyObject *> values;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) values.push_back(PyTuple_GET_ITEM(args, i));
  PyObject *names = PyTuple_New(kwargs ? PyDict_GET_SIZE(kwargs) : 0), *key, *value;
  if (!names) return -1;
  Py_ssize_t next = 0;
  for (Py_ssize_t at = 0; kwargs && PyDict_Next(kwargs, &at, &key, &value);) {
    PyTuple_SET_ITEM(names, next++, Py_NewRef(key));
    values.push_back(value);
  }
  TaskArguments given;
  PyObject *task = nullptr;
  if (given.parse(values.data(), PyTuple_GET_SIZE(args), names) && future_is_new(self)) {
    asy_loop *loop = loop_arg_or_current(given.loop);
    if (loop) task = task_new(loop, given.coroutine, given.name, given.context, given.eager, self);
    else close_refused(given.coroutine);
  }
  Py_DECREF(names);
  Py_XDECREF(task);
  return task ? 0 : -1;
}

PyMethodDef create_task_functions[] = {
    {"create_task", as_method(create_task_function), METH_FASTCALL | METH_KEYWORDS,
     "create_task(coro, /, *, name=None, context=None, eager_start=None)\n--\n\n"
     "Run a coroutine as a task of the running loop."},
    {"set_task_factory", set_task_factory, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
