/* Promise: completes its future once, from any thread. Tracked by the cycle collector, because an awaited error's
   traceback leads to the frame that holds the promise, and the promise to the future that holds the error. */
#include "runtime.hpp"

#include <structmember.h>

namespace asypy {
namespace {

struct Promise {
  PyObject_HEAD asy_promise *handle;
  PyObject *future;
  PyObject *weak;
};

PyTypeObject *promise_type;

Promise *as_promise(PyObject *object) { return reinterpret_cast<Promise *>(object); }

struct OnCancel {
  PyObject *function;
  asy_loop *loop;  // borrowed
};

void on_cancel(asy_future *, void *user_data) {
  Gil gil;
  auto *hook = static_cast<OnCancel *>(user_data);
  PyObject *function = Py_NewRef(hook->function);
  PyObject *answer = PyObject_CallNoArgs(function);
  if (!answer) callback_failed(hook->loop, "cancel hook of a promise");
  Py_XDECREF(answer);
  Py_DECREF(function);
}

void on_free(void *user_data) {
  auto *hook = static_cast<OnCancel *>(user_data);
  release(hook->function);
  delete hook;
}

/* With the hook or without; NULL with an exception set. */
asy_future *make(asy_loop *loop, PyObject *hook, asy_promise **out_promise) {
  if (hook == Py_None) return asy_promise_new(loop, nullptr, nullptr, nullptr, out_promise);
  if (PyCallable_Check(hook))
    return asy_promise_new(loop, on_cancel, new OnCancel{Py_NewRef(hook), loop}, on_free, out_promise);
  raise_not("a callable or None", hook);
  return nullptr;
}

PyObject *promise_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"on_cancel", "loop", nullptr};
  PyObject *hook = Py_None, *loop = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OO:Promise", const_cast<char **>(names), &hook, &loop))
    return nullptr;
  asy_loop *handle = loop_arg_or_current(loop);
  asy_promise *made = nullptr;
  asy_future *future = handle ? make(handle, hook, &made) : nullptr;
  if (!future) return nullptr;
  if (!made) {
    raise_error(asy_future_error(future));
    asy_future_unref(future);
    return nullptr;
  }
  PyObject *self = type->tp_alloc(type, 0);
  if (!self) {
    asy_future_unref(future);
    asy_promise_unref(made);
    return nullptr;
  }
  as_promise(self)->handle = made;
  as_promise(self)->future = future_wrap(future);
  if (!as_promise(self)->future) Py_CLEAR(self);
  return self;
}

int promise_traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_promise(self)->future);
  return 0;
}

int promise_clear(PyObject *self) {
  Py_CLEAR(as_promise(self)->future);
  return 0;
}

void promise_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (as_promise(self)->weak) PyObject_ClearWeakRefs(self);
  asy_promise_unref(as_promise(self)->handle);
  Py_CLEAR(as_promise(self)->future);
  type->tp_free(self);
  Py_DECREF(type);
}

/* The handle goes with the completion: what it refers to in the core no collector sees. */
PyObject *settled(PyObject *self, asy_status status) {
  if (status == ASY_OK) {
    asy_promise *handle = as_promise(self)->handle;
    as_promise(self)->handle = nullptr;
    asy_promise_unref(handle);
    Py_RETURN_NONE;
  }
  if (status != ASY_E_STATE) return raise_status(status);
  PyErr_SetString(classes.invalid_state, "the promise was completed already");
  return nullptr;
}

bool open(PyObject *self) {
  if (as_promise(self)->handle) return true;
  settled(self, ASY_E_STATE);
  return false;
}

PyObject *future(PyObject *self, PyObject *) {
  PyObject *found = as_promise(self)->future;
  return Py_NewRef(found ? found : Py_None);
}

PyObject *set_result(PyObject *self, PyObject *result) {
  asy_value value;
  if (!open(self) || !to_value(result, &value)) return nullptr;
  return settled(self, asy_promise_set_result(as_promise(self)->handle, &value));
}

PyObject *set_exception(PyObject *self, PyObject *exception) {
  PyObject *made = open(self) ? exception_given(exception) : nullptr;
  if (!made) return nullptr;
  asy_error *error = error_from_exception(made);
  Py_DECREF(made);
  return settled(self, asy_promise_set_error(as_promise(self)->handle, error));
}

PyObject *set_cancelled(PyObject *self, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"msg", nullptr};
  const char *message = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|z:set_cancelled", const_cast<char **>(names), &message))
    return nullptr;
  return open(self) ? settled(self, asy_promise_set_cancelled(as_promise(self)->handle, message)) : nullptr;
}

PyObject *class_getitem(PyObject *type, PyObject *) { return Py_NewRef(type); }

PyMethodDef promise_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, nullptr},
    {"future", future, METH_NOARGS, "future($self, /)\n--\n\nWhat it completes."},
    {"set_result", set_result, METH_O,
     "set_result($self, result, /)\n--\n\nRaises InvalidStateError the second time, ClosedError after the loop's end."},
    {"set_exception", set_exception, METH_O,
     "set_exception($self, exception, /)\n--\n\nRaises InvalidStateError the second time, ClosedError after the loop's "
     "end."},
    {"set_cancelled", as_method(set_cancelled), METH_VARARGS | METH_KEYWORDS,
     "set_cancelled($self, /, msg=None)\n--\n\nRaises InvalidStateError the second time, ClosedError after the loop's "
     "end."},
    {"__class_getitem__", class_getitem, METH_O | METH_CLASS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyMemberDef promise_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Promise, weak), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
PyType_Slot promise_slots[] = {
    {Py_tp_new, reinterpret_cast<void *>(promise_new)},
    {Py_tp_dealloc, reinterpret_cast<void *>(promise_dealloc)},
    {Py_tp_traverse, reinterpret_cast<void *>(promise_traverse)},
    {Py_tp_clear, reinterpret_cast<void *>(promise_clear)},
    {Py_tp_methods, promise_methods},
    {Py_tp_members, promise_members},
    {Py_tp_doc, const_cast<char *>("Promise(on_cancel=None, loop=None)\n--\n\n"
                                   "Completes its future once, from any thread; dropped unset, it fails the future.")},
    {0, nullptr},
};
PyType_Spec promise_spec = {"libasync.Promise", sizeof(Promise), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                            promise_slots};

}  // namespace

bool init_promise(PyObject *module) { return add_type(module, &promise_spec, nullptr, "Promise", &promise_type); }

}  // namespace asypy
