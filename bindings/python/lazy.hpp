#pragma once
#include "runtime.hpp"

#include <string>

namespace asypy {

/* A handle that belongs to the loop that first uses it, so that its owner may be made before any loop exists (LOOP-15).
 */
template <class Handle, void (*unref)(Handle *)>
class Lazy {
 public:
  Lazy() = default;
  Lazy(const Lazy &) = delete;
  Lazy &operator=(const Lazy &) = delete;
  ~Lazy() { unref(handle_); }

  Handle *get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

  /* make(loop, &handle), the first time; false: exception set. */
  template <class Make>
  bool bind(Make make) {
    if (handle_) return true;
    asy_loop *loop = current_loop();
    if (!loop) return false;
    asy_status status = make(loop, &handle_);
    if (status < 0) raise_status(status);
    return status >= 0;
  }

 private:
  Handle *handle_ = nullptr;
};

inline PyObject *none_or_raise(asy_status status) {
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

/* Of what has no word for a wrong state but RuntimeError. */
inline PyObject *none_or_say(asy_status status, PyObject *type, const char *text) {
  if (status != ASY_E_STATE) return none_or_raise(status);
  PyErr_SetString(type, text);
  return nullptr;
}

/* An operation's future; one that is refused fails with words of its own for that. */
inline PyObject *future_or_say(asy_future *future, asy_status refused, const char *text, PyObject *result = nullptr) {
  asy_loop *loop = asy_future_status(future) == refused ? asy_loop_current() : nullptr;
  if (!loop) return future_wrap(future, result ? Kind::result : Kind::plain, result);
  asy_future_unref(future);
  return future_wrap(asy_future_new_failed(loop, asy_error_new(refused, text, nullptr)));
}

/* Of a queue that may raise `again`: full, or empty. */
inline bool queue_passed(asy_status status, PyObject *again) {
  if (status == ASY_OK) return true;
  if (status == ASY_E_AGAIN) {
    PyErr_SetNone(again);
  } else if (status == ASY_E_CLOSED) {
    PyErr_SetNone(classes.queue_shutdown);
  } else {
    raise_status(status);
  }
  return false;
}

/* What a try gave; the value is cleared. */
inline PyObject *queue_item(asy_status status, asy_value *value) {
  if (!queue_passed(status, classes.queue_empty)) return nullptr;
  PyObject *item = to_python(value);
  asy_value_clear(value);
  return item;
}

/* What __aexit__ answers after `done`, which it takes over. */
inline PyObject *left_after(PyObject *done) {
  if (!done) return nullptr;
  Py_DECREF(done);
  return ready_new(Py_None);
}

inline void append_waiters(std::string &text, size_t count, const char *who = "waiters") {
  if (count) text += std::string(", ") + who + ":" + std::to_string(count);
}

inline PyObject *bracketed(const std::string &text) { return PyUnicode_FromFormat("[%s]", text.c_str()); }

}  // namespace asypy
