#pragma once
#include "runtime.hpp"

namespace asypy {

/* `async with TaskGroup()`: leaving it is one future, which waits for every task. */
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup &) = delete;
  TaskGroup &operator=(const TaskGroup &) = delete;
  ~TaskGroup() { asy_group_unref(handle_); }

  PyObject *__aenter__(PyObject *SELF);
  PyObject *__aexit__(PyObject *type, PyObject *exception, PyObject *traceback);
  PyObject *add(PyObject *const *args, Py_ssize_t count, PyObject *names);  // create_task()
  PyObject *cancel(const char *msg = nullptr);

 private:
  asy_group *handle_ = nullptr;
  asy_loop *loop_ = nullptr;  // borrowed
};

}  // namespace asypy
