#pragma once
#include "runtime.hpp"

namespace asypy {

/* A variable of the contexts that all languages share; Python's own contextvars are not touched. */
class ContextVar {
 public:
  explicit ContextVar(const char *name, PyObject *_default = nullptr);
  ContextVar(const ContextVar &) = delete;
  ContextVar &operator=(const ContextVar &) = delete;
  ~ContextVar() { asy_context_var_unref(handle_); }

  PyObject *get(PyObject *_default = nullptr) const;
  PyObject *set(PyObject *value);  // a token
  PyObject *reset(asy_context_token *token);
  const char *name() const { return asy_context_var_name(handle_); }
  PyObject *_describe() { return PyUnicode_FromFormat("[%s]", name()); }

 private:
  asy_context_var *handle_ = nullptr;
};

/* What context.py adds run() to. */
class Context {
 public:
  explicit Context(bool copy = false) : handle_(copy ? asy_context_copy(nullptr) : asy_context_new()) {
    if (!handle_) PyErr_NoMemory();
  }
  Context(const Context &) = delete;
  Context &operator=(const Context &) = delete;
  ~Context() { asy_context_unref(handle_); }

  PyObject *_enter();
  PyObject *_exit();
  PyObject *values() const;  // name to value

 private:
  asy_context *handle_;
};

}  // namespace asypy
