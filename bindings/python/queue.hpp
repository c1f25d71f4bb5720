#pragma once
#include "lazy.hpp"

namespace asypy {

/* one and a half items are as good as two; what is not positive or endless is no limit. False: exception set. */
bool room_of(PyObject *maxsize, int64_t *out_count);

class Queue {
 public:
  explicit Queue(int64_t maxsize = 0) : Queue(maxsize, asy_queue_new) {}
  Queue(const Queue &) = delete;
  Queue &operator=(const Queue &) = delete;

  PyObject *get() { return bind() ? future_wrap(asy_queue_get(handle_.get()), Kind::queue) : nullptr; }
  PyObject *put(PyObject *item);
  PyObject *put_nowait(PyObject *item);
  PyObject *get_nowait();

  PyObject *join() { return bind() ? future_wrap(asy_queue_join(handle_.get())) : nullptr; }
  PyObject *task_done() {
    if (!bind()) return nullptr;
    return none_or_say(asy_queue_task_done(handle_.get()), PyExc_ValueError, "task_done() was called too many times");
  }
  PyObject *shutdown(bool immediate = false) {
    return bind() ? none_or_raise(asy_queue_shutdown(handle_.get(), immediate)) : nullptr;
  }

  size_t qsize() const { return handle_ ? asy_queue_size(handle_.get()) : 0; }
  size_t maxsize() const { return max_size_; }
  bool empty() const { return qsize() == 0; }
  bool full() const { return max_size_ && qsize() >= max_size_; }

  PyObject *__aiter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__anext__() { return bind() ? future_wrap(asy_queue_get(handle_.get()), Kind::queue_item) : nullptr; }
  PyObject *_describe();

 protected:
  using Make = asy_status (*)(asy_loop *, size_t, asy_queue **);
  Queue(int64_t maxsize, Make make) : make_(make), max_size_(maxsize > 0 ? static_cast<size_t>(maxsize) : 0) {}

 private:
  bool bind() {
    return handle_.bind([this](asy_loop *loop, asy_queue **out) { return make_(loop, max_size_, out); });
  }

  Lazy<asy_queue, asy_queue_unref> handle_;
  Make make_;
  size_t max_size_;
};

class LifoQueue : public Queue {
 public:
  explicit LifoQueue(int64_t maxsize = 0) : Queue(maxsize, asy_queue_new_lifo) {}
};

/* The item that is `<` the others comes first. */
class PriorityQueue : public Queue {
 public:
  explicit PriorityQueue(int64_t maxsize = 0);
};

}  // namespace asypy
