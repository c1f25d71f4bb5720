#pragma once
#include "lazy.hpp"

namespace asypy {

class Event {
 public:
  Event() = default;
  Event(const Event &) = delete;
  Event &operator=(const Event &) = delete;

  PyObject *wait() { return bind() ? future_wrap(asy_event_wait(handle_.get()), Kind::result, Py_True) : nullptr; }

  PyObject *set() { return change(true); }
  PyObject *clear() { return change(false); }
  bool is_set() const { return handle_ ? asy_event_is_set(handle_.get()) != 0 : set_; }
  PyObject *_describe() {
    std::string text = is_set() ? "set" : "unset";
    append_waiters(text, handle_ ? asy_event_waiting(handle_.get()) : 0);
    return bracketed(text);
  }

 private:
  PyObject *change(bool set) {
    asy_status status = !handle_ ? ASY_OK : set ? asy_event_set(handle_.get()) : asy_event_clear(handle_.get());
    if (status < 0) return raise_status(status);
    set_ = set;
    Py_RETURN_NONE;
  }

  bool bind() {
    return handle_.bind([this](asy_loop *loop, asy_event **out) {
      asy_status status = asy_event_new(loop, out);
      return status == ASY_OK && set_ ? asy_event_set(*out) : status;
    });
  }

  Lazy<asy_event, asy_event_unref> handle_;
  bool set_ = false;
};

}  // namespace asypy
