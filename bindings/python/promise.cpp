#include "promise.hpp"

namespace asypy {
namespace {

struct OnCancel {
  PyObject *function;
  asy_loop *loop;  // borrowed
};

void on_cancel(asy_future *, void *user_data) {
  Gil gil;
  auto *hook = static_cast<OnCancel *>(user_data);
  PyObject *answer = PyObject_CallNoArgs(hook->function);
  if (!answer) callback_failed(hook->loop, "cancel hook of a promise");
  Py_XDECREF(answer);
}

void on_free(void *user_data) {
  auto *hook = static_cast<OnCancel *>(user_data);
  release(hook->function);
  delete hook;
}

PyObject *settled(asy_status status) {
  if (status == ASY_OK) Py_RETURN_NONE;
  if (status != ASY_E_STATE) return raise_status(status);
  PyErr_SetString(classes.invalid_state, "the promise was completed already");
  return nullptr;
}

}  // namespace

Promise::Promise(PyObject *hook, PyObject *loop) {
  asy_loop *handle = loop_arg_or_current(loop);
  if (!handle) return;
  asy_future *future;
  if (!hook || hook == Py_None) {
    future = asy_promise_new(handle, nullptr, nullptr, nullptr, &handle_);
  } else if (PyCallable_Check(hook)) {
    future = asy_promise_new(handle, on_cancel, new OnCancel{Py_NewRef(hook), handle}, on_free, &handle_);
  } else {
    PyErr_Format(PyExc_TypeError, "a callable or None is needed, not %.100s", Py_TYPE(hook)->tp_name);
    return;
  }
  future_ = future_wrap(future);
  if (!handle_) raise_error(asy_future_error(future));
}

PyObject *Promise::set_result(PyObject *result) {
  asy_value value;
  return to_value(result, &value) ? settled(asy_promise_set_result(handle_, &value)) : nullptr;
}

PyObject *Promise::set_exception(PyObject *exception) {
  PyObject *made = exception_given(exception);
  if (!made) return nullptr;
  asy_error *error = error_from_exception(made);
  Py_DECREF(made);
  return settled(asy_promise_set_error(handle_, error));
}

PyObject *Promise::set_cancelled(const char *msg) { return settled(asy_promise_set_cancelled(handle_, msg)); }

}  // namespace asypy
