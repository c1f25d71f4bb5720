#pragma once
#include "runtime.hpp"

namespace asypy {

/* Bound to the loop that first waits for it, so it may be made before any loop exists (LOOP-15). */
class Event {
 public:
  Event() = default;
  Event(const Event &) = delete;
  Event &operator=(const Event &) = delete;
  ~Event() { asy_event_unref(handle_); }

  PyObject *wait() { return bind() ? future_wrap(asy_event_wait(handle_), Kind::result, Py_True) : nullptr; }

  PyObject *set() { return change(true); }
  PyObject *clear() { return change(false); }
  bool is_set() const { return handle_ ? asy_event_is_set(handle_) != 0 : set_; }

 private:
  PyObject *change(bool set) {
    asy_status status = !handle_ ? ASY_OK : set ? asy_event_set(handle_) : asy_event_clear(handle_);
    if (status < 0) return raise_status(status);
    set_ = set;
    Py_RETURN_NONE;
  }

  bool bind() {
    if (handle_) return true;
    asy_loop *loop = current_loop();
    if (!loop) return false;
    asy_status status = asy_event_new(loop, &handle_);
    if (status == ASY_OK && set_) status = asy_event_set(handle_);
    if (status < 0) raise_status(status);
    return status >= 0;
  }

  asy_event *handle_ = nullptr;
  bool set_ = false;
};

}  // namespace asypy
