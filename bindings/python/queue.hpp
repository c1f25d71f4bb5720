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
  ~Queue() { Py_XDECREF(early_); }

  PyObject *get() { return bind() ? future_wrap(asy_queue_get(handle_.get()), Kind::queue) : nullptr; }
  PyObject *put(PyObject *item);
  PyObject *put_nowait(PyObject *item);
  PyObject *get_nowait();

  PyObject *join() { return bind() ? future_wrap(asy_queue_join(handle_.get())) : nullptr; }
  PyObject *task_done() {
    const bool used = handle_ || early_;
    if (used && !bind()) return nullptr;
    return none_or_say(used ? asy_queue_task_done(handle_.get()) : ASY_E_STATE, PyExc_ValueError,
                       "task_done() was called too many times");
  }
  PyObject *shutdown(bool immediate = false) {
    return bind() ? none_or_raise(asy_queue_shutdown(handle_.get(), immediate)) : nullptr;
  }

  size_t qsize() const {
    if (handle_) return asy_queue_size(handle_.get());
    return early_ ? static_cast<size_t>(PyList_GET_SIZE(early_)) : 0;
  }
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
    auto make = [this](asy_loop *loop, asy_queue **out) { return make_(loop, max_size_, out); };
    return handle_.bind(make) && (!early_ || put_early());
  }
  bool put_early();
  PyObject *put_before(PyObject *item);  // put_nowait() before there is a loop

  Lazy<asy_queue, asy_queue_unref> handle_;
  Make make_;
  size_t max_size_;
  PyObject *early_ = nullptr;  // a list of what was put in before there was a loop
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
