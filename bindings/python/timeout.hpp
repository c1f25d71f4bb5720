#pragma once
#include "runtime.hpp"

namespace asypy {

/* `async with timeout(seconds)`: neither end suspends, so neither needs a coroutine. */
class Timeout {
 public:
  Timeout(uint64_t ns, bool absolute) : ns_(ns), absolute_(absolute) {}
  Timeout(const Timeout &) = delete;
  Timeout &operator=(const Timeout &) = delete;
  ~Timeout();

  PyObject *__aenter__(PyObject *SELF);
  PyObject *__aexit__(PyObject *type, PyObject *exception, PyObject *traceback);

  PyObject *when();
  PyObject *reschedule(PyObject *when);
  PyObject *_describe();
  bool expired() const { return handle_ ? asy_timeout_is_expired(handle_) != 0 : expired_; }

 private:
  asy_timeout *handle_ = nullptr;
  uint64_t ns_;  // the delay or deadline before entering, the deadline afterwards
  bool absolute_;
  int32_t entry_level_ = 0;  // the task's cancelling() when it was entered
  bool entered_ = false;
  bool expired_ = false;
};

Timeout *timeout(PyObject *delay);    // seconds, or None for never; NULL: exception set
Timeout *timeout_at(PyObject *when);  // a time of the loop's clock, or None

}  // namespace asypy
