#pragma once
#include "lazy.hpp"

namespace asypy {

class Barrier {
 public:
  explicit Barrier(int64_t parties) : parties_(static_cast<uint32_t>(parties)) {
    if (parties < 1 || parties > UINT32_MAX) PyErr_SetString(PyExc_ValueError, "a barrier is for 1 or more");
  }
  Barrier(const Barrier &) = delete;
  Barrier &operator=(const Barrier &) = delete;

  PyObject *wait() { return bind() ? future_wrap(asy_barrier_wait(handle_.get())) : nullptr; }
  PyObject *reset() { return bind() ? left_after(none_or_raise(asy_barrier_reset(handle_.get()))) : nullptr; }
  PyObject *abort() { return bind() ? left_after(none_or_raise(asy_barrier_abort(handle_.get()))) : nullptr; }
  uint32_t parties() const { return parties_; }
  uint32_t n_waiting() const { return handle_ ? asy_barrier_waiting(handle_.get()) : 0; }
  bool broken() const { return handle_ && asy_barrier_is_broken(handle_.get()); }

  PyObject *__aenter__() { return wait(); }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) { return ready_new(Py_None); }
  PyObject *_describe() {
    std::string text = broken() ? "broken" : "filling";
    return bracketed(text + ", waiters:" + std::to_string(n_waiting()) + "/" + std::to_string(parties_));
  }

 private:
  bool bind() {
    return handle_.bind([this](asy_loop *loop, asy_barrier **out) { return asy_barrier_new(loop, parties_, out); });
  }

  Lazy<asy_barrier, asy_barrier_unref> handle_;
  uint32_t parties_;
};

}  // namespace asypy
