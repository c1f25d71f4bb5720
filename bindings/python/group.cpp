#include "group.hpp"

#include <utility>

#include "create_task.hpp"

namespace asypy {

static PyObject *raise_not_entered() {
  PyErr_SetString(PyExc_RuntimeError, "the task group has not been entered: use `async with`");
  return nullptr;
}

PyObject *TaskGroup::__aenter__(PyObject *SELF) {
  if (handle_) {
    PyErr_SetString(PyExc_RuntimeError, "a task group is entered once");
    return nullptr;
  }
  loop_ = current_loop();
  if (!loop_) return nullptr;
  asy_status status = asy_group_new(loop_, nullptr, &handle_);
  if (status == ASY_E_STATE || status == ASY_E_INVALID) {
    PyErr_SetString(PyExc_RuntimeError, "a task group is entered inside a task");
    return nullptr;
  }
  return status < 0 ? raise_status(status) : ready_new(SELF);
}

PyObject *TaskGroup::__aexit__(PyObject *, PyObject *exception, PyObject *) {
  if (!handle_) return raise_not_entered();
  if (exception == Py_None) return future_wrap(asy_group_exit(handle_, nullptr), Kind::group_exit);
  asy_error *body = error_from_exception(exception);
  if (asy_error_code(body) == ASY_E_CANCELLED) {  // a reason to cancel, which must not lead to the body's frames
    asy_error *told = std::exchange(body, asy_error_new(ASY_E_CANCELLED, asy_error_message(body), nullptr));
    asy_error_unref(told);
  }
  const auto same = reinterpret_cast<uintptr_t>(body);
  return future_wrap(asy_group_exit(handle_, body), Kind::group_exit, exception, same);
}

PyObject *TaskGroup::add(PyObject *const *args, Py_ssize_t count, PyObject *names) {
  if (!handle_) {
    if (count && is_coroutine(args[0])) close_refused(args[0]);
    return raise_not_entered();
  }
  PyObject *task = create_task(loop_, args, count, names);
  if (!task) return nullptr;
  asy_status status = asy_group_add(handle_, as_future(task)->handle);
  if (status == ASY_OK) return task;
  Py_DECREF(task);
  if (status != ASY_E_STATE) return raise_status(status);
  PyErr_SetString(PyExc_RuntimeError, "the task group is finished or shutting down");
  return nullptr;
}

PyObject *TaskGroup::cancel(const char *msg) {
  if (!handle_) return raise_not_entered();
  asy_status status = asy_group_cancel(handle_, msg);
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

}  // namespace asypy
