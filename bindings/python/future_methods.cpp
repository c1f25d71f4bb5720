#include "future.hpp"
#include "task.hpp"

namespace asypy {
namespace {

PyObject *settled(asy_status status) {
  if (status == ASY_OK) Py_RETURN_NONE;
  if (status == ASY_E_STATE) {
    PyErr_SetString(classes.invalid_state, "the future is done already");
    return nullptr;
  }
  if (status == ASY_E_INVALID) {
    PyErr_SetString(PyExc_RuntimeError, "a task's outcome is what its coroutine returns; it cannot be set");
    return nullptr;
  }
  return raise_status(status);
}

PyObject *result(PyObject *self, PyObject *) { return future_outcome(as_future(self)); }

PyObject *exception(PyObject *self, PyObject *) {
  if (!future_is_usable(self)) return nullptr;
  asy_status status = asy_future_status(as_future(self)->handle);
  if (status == ASY_OK) Py_RETURN_NONE;
  PyObject *outcome = future_outcome(as_future(self));
  if (!asy_future_is_done(as_future(self)->handle) || status == ASY_E_CANCELLED || outcome) return outcome;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return value;
}

PyObject *done(PyObject *self, PyObject *) {
  return PyBool_FromLong(!as_future(self)->handle || asy_future_is_done(as_future(self)->handle));
}

PyObject *cancelled(PyObject *self, PyObject *) {
  return PyBool_FromLong(as_future(self)->handle && asy_future_is_cancelled(as_future(self)->handle));
}

PyObject *asked(int32_t answer) { return answer < 0 ? raise_status(answer) : PyBool_FromLong(answer); }

PyObject *cancel(PyObject *self, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"msg", nullptr};
  PyObject *message = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:cancel", const_cast<char **>(names), &message)) return nullptr;
  if (!as_future(self)->handle) Py_RETURN_FALSE;
  if (message == Py_None) return asked(asy_future_cancel(as_future(self)->handle, nullptr));
  PyObject *text = PyObject_Str(message);
  const char *utf8 = text ? PyUnicode_AsUTF8(text) : nullptr;
  PyObject *answer = utf8 ? asked(asy_future_cancel(as_future(self)->handle, utf8)) : nullptr;
  Py_XDECREF(text);
  return answer;
}

PyObject *set_result(PyObject *self, PyObject *object) {
  asy_value value;
  if (!future_is_usable(self) || !to_value(object, &value)) return nullptr;
  PyObject *answer = settled(asy_future_set_result(as_future(self)->handle, &value));
  if (answer) future_adopt_value(as_future(self));
  return answer;
}

PyObject *set_exception(PyObject *self, PyObject *given) {
  PyObject *made = future_is_usable(self) ? exception_given(given) : nullptr;
  if (!made) return nullptr;
  asy_error *error = error_from_exception(made);
  Py_DECREF(made);
  PyObject *answer = settled(asy_future_set_error(as_future(self)->handle, asy_error_ref(error)));
  if (answer) future_adopt_error(as_future(self), error);  // asy_future_error() would count as reading it
  asy_error_unref(error);
  return answer;
}

PyObject *set_shared(PyObject *self, PyObject *) {
  if (!future_is_usable(self)) return nullptr;
  asy_status status = asy_future_set_shared(as_future(self)->handle);
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

PyObject *get_loop(PyObject *self, PyObject *) {
  if (!future_is_usable(self)) return nullptr;
  asy_loop *loop = asy_future_loop(as_future(self)->handle);
  if (loop) return loop_object(loop);
  Py_RETURN_NONE;
}

void forget(Callback *callback) {
  if (!callback->owner) return;
  for (Callback **at = &callback->owner->callbacks; *at; at = &(*at)->next) {
    if (*at != callback) continue;
    *at = callback->next;
    break;
  }
  callback->owner = nullptr;
}

void on_free(void *user_data) {
  auto *callback = static_cast<Callback *>(user_data);
  forget(callback);
  release(callback->function);
  release(callback->context);
  delete callback;
}

void on_done(asy_future *handle, void *user_data) {
  auto *callback = static_cast<Callback *>(user_data);
  PyObject *future = callback->owner ? Py_NewRef(reinterpret_cast<PyObject *>(callback->owner)) : future_find(handle);
  PyObject *context = Py_NewRef(callback->context), *function = Py_NewRef(callback->function);
  PyObject *answer = nullptr;
  if (future && PyContext_Enter(context) == 0) {
    answer = PyObject_CallOneArg(function, future);
    if (!answer) callback_failed(callback->loop, "done callback");
    PyContext_Exit(context);
  } else {
    callback_failed(callback->loop, "done callback");
  }
  Py_XDECREF(answer);
  Py_DECREF(function);
  Py_DECREF(context);
  Py_XDECREF(future);
}

PyObject *add_done_callback(PyObject *self, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"", "context", nullptr};
  PyObject *function, *context = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$O:add_done_callback", const_cast<char **>(names), &function,
                                   &context))
    return nullptr;
  if (!future_is_usable(self)) return nullptr;
  if (!PyCallable_Check(function)) return raise_not("a callable", function);
  if (context != Py_None && !PyContext_CheckExact(context)) return raise_not("a contextvars.Context", context);
  context = context == Py_None ? PyContext_CopyCurrent() : Py_NewRef(context);
  if (!context) return nullptr;
  Future *future = as_future(self);
  auto *callback = new Callback{Py_NewRef(function), context, asy_future_loop(future->handle), future, nullptr};
  Callback **end = &future->callbacks;
  while (*end) end = &(*end)->next;
  *end = callback;
  asy_status status = asy_future_add_done_callback(future->handle, on_done, callback, on_free);
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

bool listed(Future *future, Callback *callback) {
  Callback *at = future->callbacks;
  while (at && at != callback) at = at->next;
  return at != nullptr;
}

/* Comparing runs Python code, which may change the list: then what is left of it counts as looked at. */
PyObject *remove_done_callback(PyObject *self, PyObject *function) {
  if (!future_is_usable(self)) return nullptr;
  Future *future = as_future(self);
  size_t removed = 0;
  for (Callback *at = future->callbacks; at && future->handle;) {
    PyObject *compared = Py_NewRef(at->function);
    int equal = PyObject_RichCompareBool(compared, function, Py_EQ);
    Py_DECREF(compared);
    if (equal < 0) return nullptr;
    if (!listed(future, at)) break;
    Callback *next = at->next;
    if (equal) removed += asy_future_remove_done_callback(future->handle, on_done, at);
    at = next && listed(future, next) ? next : nullptr;
  }
  return PyLong_FromSize_t(removed);
}

}  // namespace

PyObject *exception_given(PyObject *given) {
  PyObject *made = PyExceptionClass_Check(given) ? PyObject_CallNoArgs(given) : Py_NewRef(given);
  if (!made) return nullptr;
  if (!PyExceptionInstance_Check(made)) {
    raise_not("an exception", made);
    Py_DECREF(made);
    return nullptr;
  }
  if (!PyErr_GivenExceptionMatches(made, PyExc_StopIteration)) return made;
  PyObject *wrapper = PyObject_CallFunction(PyExc_RuntimeError, "s", "StopIteration cannot be raised by a future");
  if (wrapper) {
    PyException_SetContext(wrapper, Py_NewRef(made));
    PyException_SetCause(wrapper, made);
  } else {
    Py_DECREF(made);
  }
  return wrapper;
}

PyMethodDef future_methods[] = {
    {"result", result, METH_NOARGS,
     "result($self, /)\n--\n\nThe outcome: returns the result or raises the error.\n\n"
     "Raises InvalidStateError while it is pending."},
    {"exception", exception, METH_NOARGS,
     "exception($self, /)\n--\n\nThe error, or None after a result; raises if cancelled."},
    {"done", done, METH_NOARGS, "done($self, /)\n--\n\nWhether there is an outcome."},
    {"cancelled", cancelled, METH_NOARGS, "cancelled($self, /)\n--\n\nWhether it ended by being cancelled."},
    {"cancel", as_method(cancel), METH_VARARGS | METH_KEYWORDS,
     "cancel($self, /, msg=None)\n--\n\nAsk to cancel; True if it was pending."},
    {"set_result", set_result, METH_O, "set_result($self, result, /)\n--\n\nComplete with a result."},
    {"set_exception", set_exception, METH_O, "set_exception($self, exception, /)\n--\n\nComplete with an error."},
    {"set_shared", set_shared, METH_NOARGS,
     "set_shared($self, /)\n--\n\nFrom now on only cancel() cancels it, never a cancelled awaiter."},
    {"get_loop", get_loop, METH_NOARGS, "get_loop($self, /)\n--\n\nThe loop it belongs to."},
    {"add_done_callback", as_method(add_done_callback), METH_VARARGS | METH_KEYWORDS,
     "add_done_callback($self, function, /, *, context=None)\n--\n\nCall `function(self)` on the loop once it is "
     "done."},
    {"remove_done_callback", remove_done_callback, METH_O,
     "remove_done_callback($self, function, /)\n--\n\nRemove every equal callback; returns how many."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyObject *future_repr(PyObject *self) {
  asy_future *handle = as_future(self)->handle;
  const char *state = !handle                           ? "detached"
                      : asy_future_is_cancelled(handle) ? "cancelled"
                      : asy_future_is_done(handle)      ? "done"
                                                        : "pending";
  const std::string place = handle ? text_of(asy_future_place, handle) : "";
  const char *created = place.empty() ? "" : " created at ";
  if (handle && asy_future_is_task(handle)) return task_repr(self, state, created, place.c_str());
  return PyUnicode_FromFormat("<%s %s%s%s>", Py_TYPE(self)->tp_name, state, created, place.c_str());
}

}  // namespace asypy
