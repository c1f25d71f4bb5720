#include "context_var.hpp"

namespace asypy {

PyObject *context_token_object(asy_context_token *token);  // takes the reference; made in core.i

ContextVar::ContextVar(const char *name, PyObject *_default) {
  asy_value value = {};
  if (_default && !to_value(_default, &value)) return;
  asy_status status = asy_context_var_new(name, _default ? &value : nullptr, &handle_);
  asy_value_clear(&value);
  if (status < 0) raise_status(status);
}

PyObject *ContextVar::get(PyObject *_default) const {
  asy_value value = {};
  asy_status status = asy_context_get(nullptr, handle_, &value);
  if (status == ASY_E_NOT_FOUND) {
    if (_default) return Py_NewRef(_default);
    PyErr_Format(PyExc_LookupError, "context variable '%s' is not set", name());
    return nullptr;
  }
  if (status < 0) return raise_status(status);
  PyObject *found = to_python(&value);
  asy_value_clear(&value);
  return found;
}

PyObject *ContextVar::set(PyObject *object) {
  asy_value value;
  if (!to_value(object, &value)) return nullptr;
  asy_context_token *token = nullptr;
  asy_status status = asy_context_set(nullptr, handle_, &value, &token);
  return status < 0 ? raise_status(status) : context_token_object(token);
}

PyObject *ContextVar::reset(asy_context_token *token) {
  asy_status status = token ? asy_context_reset(asy_context_token_ref(token)) : ASY_E_INVALID;
  if (status == ASY_OK) Py_RETURN_NONE;
  if (status == ASY_E_STATE) PyErr_SetString(PyExc_RuntimeError, "the token has been used already");
  else if (status == ASY_E_INVALID) PyErr_SetString(PyExc_ValueError, "the token was made in another context");
  else raise_status(status);
  return nullptr;
}

PyObject *Context::_enter() {
  asy_status status = asy_context_enter(handle_);
  if (status == ASY_OK) Py_RETURN_NONE;
  if (status != ASY_E_STATE) return raise_status(status);
  PyErr_SetString(PyExc_RuntimeError, "the context is entered already");
  return nullptr;
}

PyObject *Context::_exit() {
  asy_status status = asy_context_exit(handle_);
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

PyObject *Context::values() const {
  PyObject *all = PyDict_New();
  auto on_var = [](asy_context_var *var, const asy_value *value, void *user_data) {
    PyObject *object = to_python(value);
    if (!object || PyDict_SetItemString(static_cast<PyObject *>(user_data), asy_context_var_name(var), object) < 0)
      PyErr_Clear();
    Py_XDECREF(object);
  };
  if (all) asy_context_visit(handle_, on_var, all, nullptr);
  return all;
}

}  // namespace asypy
