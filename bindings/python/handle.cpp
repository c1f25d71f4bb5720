/* call_soon() and its kin. The Handle is the callback's user_data: the core holds one reference to it until it has
   called or dropped the callback, and the Handle lets go of function, arguments and context at that moment. */
#include "loop.hpp"

#include <structmember.h>

namespace asypy {
namespace {

constexpr Py_ssize_t inline_args = 3;

struct Handle {
  PyObject_HEAD asy_handle *handle;  // NULL for a call from any thread, which has a `call`
  asy_call *call;
  asy_loop *loop;  // borrowed
  PyObject *function, *context;
  PyObject *args[inline_args + 1];  // [0] is scratch for PY_VECTORCALL_ARGUMENTS_OFFSET
  PyObject *more;                   // a tuple instead, when there are more
  PyObject *weak;
  Py_ssize_t count;
  bool cancelled, running;
};

PyTypeObject *handle_type;

Handle *as_handle(void *object) { return static_cast<Handle *>(object); }

/* What a running callback was called with stays until it returns. */
void drop(Handle *handle) {
  if (handle->running) return;
  Py_CLEAR(handle->function);
  for (Py_ssize_t i = 1; i <= handle->count && !handle->more; i++) Py_CLEAR(handle->args[i]);
  handle->count = 0;
  Py_CLEAR(handle->more);
  Py_CLEAR(handle->context);
}

void handle_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  Handle *handle = as_handle(self);
  if (handle->weak) PyObject_ClearWeakRefs(self);
  drop(handle);
  if (handle->handle) asy_handle_unref(handle->handle);
  if (handle->call) asy_call_unref(handle->call);
  PyObject_Free(self);
  Py_DECREF(type);
}

void on_call(void *user_data) {
  Gil gil;
  Handle *handle = as_handle(user_data);
  if (!handle->function) return;
  Py_INCREF(static_cast<PyObject *>(user_data));
  handle->running = true;
  PyObject *answer = nullptr;
  if (PyContext_Enter(handle->context) == 0) {
    size_t count = static_cast<size_t>(handle->count) | PY_VECTORCALL_ARGUMENTS_OFFSET;
    answer = handle->more ? PyObject_CallObject(handle->function, handle->more)
                          : PyObject_Vectorcall(handle->function, handle->args + 1, count, nullptr);
    if (!answer) callback_failed(handle->loop, "callback");
    PyContext_Exit(handle->context);
  } else {
    callback_failed(handle->loop, "callback");
  }
  Py_XDECREF(answer);
  handle->running = false;
  drop(handle);
  Py_DECREF(static_cast<PyObject *>(user_data));
}

void on_free(void *user_data) {
  if (!Py_IsInitialized()) return;
  Gil gil;
  drop(as_handle(user_data));
  Py_DECREF(static_cast<PyObject *>(user_data));
}

bool makes_coroutine(PyObject *function) {
  return PyFunction_Check(function) &&
         (reinterpret_cast<PyCodeObject *>(PyFunction_GET_CODE(function))->co_flags & CO_COROUTINE);
}

bool keep_args(Handle *handle, PyObject *const *args, Py_ssize_t count) {
  if (count > inline_args && !(handle->more = PyTuple_New(count))) return false;
  for (Py_ssize_t i = 0; i < count; i++) {
    if (handle->more) PyTuple_SET_ITEM(handle->more, i, Py_NewRef(args[i]));
    else handle->args[i + 1] = Py_NewRef(args[i]);
  }
  handle->count = count;
  return true;
}

Handle *make(asy_loop *loop, PyObject *const *args, Py_ssize_t count, PyObject *context) {
  if (!PyCallable_Check(args[0])) {
    raise_not("a callable", args[0]);
    return nullptr;
  }
  if (context && context != Py_None && !PyContext_CheckExact(context)) {
    raise_not("a contextvars.Context", context);
    return nullptr;
  }
  if (makes_coroutine(args[0])) {
    PyErr_SetString(PyExc_TypeError, "nobody would await what a coroutine function gives; use create_task()");
    return nullptr;
  }
  Handle *handle = PyObject_New(Handle, handle_type);
  if (!handle) return nullptr;
  handle->handle = nullptr;
  handle->call = nullptr;
  handle->loop = loop;
  handle->function = Py_NewRef(args[0]);
  handle->more = handle->weak = nullptr;
  handle->cancelled = handle->running = false;
  handle->count = 0;
  handle->context = context && context != Py_None ? Py_NewRef(context) : PyContext_CopyCurrent();
  if (handle->context && keep_args(handle, args + 1, count - 1)) return handle;
  Py_DECREF(reinterpret_cast<PyObject *>(handle));
  return nullptr;
}

bool context_of(PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject **out_context) {
  Py_ssize_t given = names ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < given; i++) {
    PyObject *name = PyTuple_GET_ITEM(names, i);
    if (PyUnicode_CompareWithASCIIString(name, "context") != 0) {
      PyErr_Format(PyExc_TypeError, "unexpected keyword argument %R", name);
      return false;
    }
    *out_context = args[count + i];
  }
  return true;
}

/* Makes the handle and hands it to `schedule`, which gives `on_free` a reference. */
template <class Schedule>
PyObject *schedule(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names, Py_ssize_t skip,
                   Schedule schedule) {
  PyObject *context = nullptr;
  if (count <= skip) {
    PyErr_SetString(PyExc_TypeError, skip ? "a time and a callback are needed" : "a callback is needed");
    return nullptr;
  }
  if (!context_of(args, count, names, &context)) return nullptr;
  Handle *handle = make(as_loop(self)->handle, args + skip, count - skip, context);
  if (!handle) return nullptr;
  Py_INCREF(reinterpret_cast<PyObject *>(handle));
  asy_status status = schedule(handle->loop, handle);
  if (status == ASY_OK) return reinterpret_cast<PyObject *>(handle);
  Py_DECREF(reinterpret_cast<PyObject *>(handle));
  return raise_loop_status(status);
}

/* An absolute or relative time; None would mean "never" elsewhere and is refused here (HND-04). */
bool time_of(PyObject *const *args, Py_ssize_t count, uint64_t *out_ns) {
  if (count < 1) return true;
  if (args[0] != Py_None) return seconds_to_ns(args[0], out_ns);
  PyErr_SetString(PyExc_TypeError, "a number of seconds is needed, not None");
  return false;
}

/* A call that is running is waited for, and it needs the GIL. Only one that never ran is cancelled. */
void cancel_call(Handle *handle) {
  int32_t taken_back;
  Py_BEGIN_ALLOW_THREADS taken_back = asy_call_cancel(handle->call);
  Py_END_ALLOW_THREADS handle->cancelled = taken_back != 0;
}

PyObject *cancel(PyObject *self, PyObject *) {
  Handle *handle = as_handle(self);
  if (handle->cancelled || !handle->function) {
    handle->cancelled |= !handle->call;
    Py_RETURN_NONE;
  }
  Py_INCREF(self);  // cancelling runs on_free()
  asy_status status = ASY_OK;
  if (handle->call) {
    cancel_call(handle);
  } else {
    handle->cancelled = true;
    status = asy_handle_cancel(handle->handle);
  }
  if (status == ASY_OK) drop(handle);
  Py_DECREF(self);
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

PyObject *cancelled(PyObject *self, PyObject *) { return PyBool_FromLong(as_handle(self)->cancelled); }

PyObject *when(PyObject *self, PyObject *) {
  return as_handle(self)->handle ? ns_to_seconds(asy_handle_when(as_handle(self)->handle)) : Py_NewRef(Py_None);
}

PyObject *get_context(PyObject *self, PyObject *) {
  return Py_NewRef(as_handle(self)->context ? as_handle(self)->context : Py_None);
}

PyObject *handle_repr(PyObject *self) {
  Handle *handle = as_handle(self);
  if (handle->cancelled) return PyUnicode_FromString("<libasync.Handle cancelled>");
  if (!handle->function) return PyUnicode_FromString("<libasync.Handle done>");
  return PyUnicode_FromFormat("<libasync.Handle %R>", handle->function);
}

PyMethodDef handle_methods[] = {
    {"cancel", cancel, METH_NOARGS, "cancel($self, /)\n--\n\nNever call it; what it holds is released at once."},
    {"cancelled", cancelled, METH_NOARGS,
     "cancelled($self, /)\n--\n\nWhether cancel() was called; of a call from any thread, whether it came before the "
     "call began."},
    {"when", when, METH_NOARGS, "when($self, /)\n--\n\nThe loop time it is due at."},
    {"get_context", get_context, METH_NOARGS,
     "get_context($self, /)\n--\n\nThe context it will run in, or None afterwards."},
    {nullptr, nullptr, 0, nullptr},
};
PyMemberDef handle_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Handle, weak), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
PyType_Slot handle_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(handle_dealloc)},
    {Py_tp_repr, reinterpret_cast<void *>(handle_repr)},
    {Py_tp_methods, handle_methods},
    {Py_tp_members, handle_members},
    {Py_tp_doc, const_cast<char *>("A scheduled callback that can be cancelled.")},
    {0, nullptr},
};
PyType_Spec handle_spec = {"libasync.Handle", sizeof(Handle), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                           handle_slots};

}  // namespace

PyObject *call_soon(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  return schedule(self, args, count, names, 0, [](asy_loop *loop, Handle *handle) {
    return asy_loop_call_soon(loop, on_call, handle, on_free, &handle->handle);
  });
}

PyObject *call_later(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  uint64_t delay = 0;
  if (!time_of(args, count, &delay)) return nullptr;
  return schedule(self, args, count, names, 1, [delay](asy_loop *loop, Handle *handle) {
    return asy_loop_call_later(loop, delay, on_call, handle, on_free, &handle->handle);
  });
}

PyObject *call_at(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  uint64_t when = 0;
  if (!time_of(args, count, &when)) return nullptr;
  return schedule(self, args, count, names, 1, [when](asy_loop *loop, Handle *handle) {
    return asy_loop_call_at(loop, when, on_call, handle, on_free, &handle->handle);
  });
}

PyObject *call_soon_threadsafe(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  return schedule(self, args, count, names, 0, [](asy_loop *loop, Handle *handle) {
    return asy_loop_call_soon_threadsafe(loop, on_call, handle, on_free, &handle->call);
  });
}

bool init_handle(PyObject *module) { return add_type(module, &handle_spec, nullptr, "Handle", &handle_type); }

}  // namespace asypy
