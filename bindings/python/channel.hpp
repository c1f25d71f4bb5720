#pragma once
#include "lazy.hpp"

namespace asypy {

/* The loop is known when it is made: threads that send have none. */
class Channel {
 public:
  explicit Channel(int64_t maxsize = 0, PyObject *loop = nullptr) : max_size_(maxsize > 0 ? maxsize : 0) {
    asy_loop *home = loop_arg_or_current(loop ? loop : Py_None);
    if (home) none_or_raise(asy_channel_new(home, max_size_, &handle_));
  }
  Channel(const Channel &) = delete;
  Channel &operator=(const Channel &) = delete;
  ~Channel() { asy_channel_unref(handle_); }

  PyObject *send(PyObject *item) {
    asy_value value;
    if (!to_value(item, &value)) return nullptr;
    if (!queue_passed(asy_channel_send(handle_, &value), classes.queue_full)) return nullptr;
    Py_RETURN_NONE;
  }
  PyObject *receive() { return future_wrap(asy_channel_receive(handle_), Kind::queue); }
  PyObject *receive_nowait() {
    asy_value value = {};
    return queue_item(asy_channel_try_receive(handle_, &value), &value);
  }
  PyObject *shutdown() { return none_or_raise(asy_channel_shutdown(handle_)); }

  size_t qsize() const { return asy_channel_size(handle_); }
  size_t maxsize() const { return max_size_; }

  PyObject *__aiter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__anext__() { return future_wrap(asy_channel_receive(handle_), Kind::queue_item); }

 private:
  asy_channel *handle_ = nullptr;
  size_t max_size_;
};

}  // namespace asypy
