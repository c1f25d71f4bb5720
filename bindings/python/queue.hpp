#pragma once
#include "runtime.hpp"

namespace asypy {

/* Bound to the loop that first uses it, so it may be made before any loop exists (LOOP-15). */
class Queue {
 public:
  explicit Queue(int64_t maxsize = 0) : max_size_(maxsize > 0 ? static_cast<size_t>(maxsize) : 0) {}
  Queue(const Queue &) = delete;
  Queue &operator=(const Queue &) = delete;
  ~Queue() { asy_queue_unref(handle_); }

  PyObject *get() { return bind() ? future_wrap(asy_queue_get(handle_), Kind::queue) : nullptr; }

  PyObject *put(PyObject *item) {
    asy_value value;
    if (!bind() || !to_value(item, &value)) return nullptr;
    return future_wrap(asy_queue_put(handle_, &value), Kind::queue);
  }

  PyObject *put_nowait(PyObject *item) {
    asy_value value;
    if (!bind() || !to_value(item, &value)) return nullptr;
    if (!passed(asy_queue_try_put(handle_, &value), classes.queue_full)) return nullptr;
    Py_RETURN_NONE;
  }

  PyObject *get_nowait() {
    asy_value value = {};
    if (!bind() || !passed(asy_queue_try_get(handle_, &value), classes.queue_empty)) return nullptr;
    PyObject *item = to_python(&value);
    asy_value_clear(&value);
    return item;
  }

  PyObject *shutdown() {
    if (!bind()) return nullptr;
    asy_status status = asy_queue_shutdown(handle_, 0);
    if (status < 0) return raise_status(status);
    Py_RETURN_NONE;
  }

  size_t qsize() const { return handle_ ? asy_queue_size(handle_) : 0; }
  size_t maxsize() const { return max_size_; }
  bool empty() const { return qsize() == 0; }
  bool full() const { return max_size_ && qsize() >= max_size_; }

  PyObject *__aiter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__anext__() { return bind() ? future_wrap(asy_queue_get(handle_), Kind::queue_item) : nullptr; }

 private:
  bool bind() {
    if (handle_) return true;
    asy_loop *loop = current_loop();
    if (!loop) return false;
    asy_status status = asy_queue_new(loop, max_size_, &handle_);
    if (status < 0) raise_status(status);
    return status >= 0;
  }

  static bool passed(asy_status status, PyObject *again) {
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

  asy_queue *handle_ = nullptr;
  size_t max_size_;
};

}  // namespace asypy
