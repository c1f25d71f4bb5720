/* The futures behind the arguments of gather() and as_completed(). */
#pragma once
#include "runtime.hpp"

#include <vector>

namespace asypy {

class Members {
 public:
  Members() = default;
  Members(const Members &) = delete;
  Members &operator=(const Members &) = delete;
  ~Members();

  /* A coroutine given twice runs once. On failure what was started is cancelled again. */
  bool add(asy_loop *loop, PyObject *const *awaitables, Py_ssize_t count);
  void drop_repeated();
  std::vector<asy_future *> handles() const;  // a reference to each, for a call that consumes them
  const std::vector<PyObject *> &futures() const { return futures_; }

 private:
  std::vector<PyObject *> futures_;
};

/* The loop of the first future among them, or the running one. */
asy_loop *members_loop(PyObject *const *awaitables, Py_ssize_t count);

}  // namespace asypy
