/* Executor: threads of the core for functions that block (libasync/threads.py). */
#include "executor.hpp"

namespace asypy {
namespace {

asy_error *job_error() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback) PyException_SetTraceback(value, traceback);
  PyObject *given = exception_given(value);  // no StopIteration can leave a future
  asy_error *error = given ? error_from_exception(given) : error_from_raised();
  Py_XDECREF(given);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
  return error;
}

asy_status on_run(asy_value *out_value, asy_error **out_error, void *user_data) {
  Gil gil;
  PyObject *result = PyObject_CallNoArgs(static_cast<PyObject *>(user_data));
  bool passed = result && to_value(result, out_value);
  if (!passed) *out_error = job_error();
  Py_XDECREF(result);
  return passed ? ASY_OK : asy_error_code(*out_error);
}

void on_free(void *user_data) { release(static_cast<PyObject *>(user_data)); }

}  // namespace

Executor::Executor(unsigned max_threads, unsigned max_queued, const char *name) {
  asy_executor_options options = {};
  options.size = sizeof options;
  options.name = name;
  options.max_threads = max_threads;
  options.max_queued = max_queued;
  asy_status status = asy_executor_new(&options, &handle_);
  if (status < 0) raise_status(status);
}

Executor::~Executor() { asy_executor_unref(handle_); }

PyObject *Executor::_run(asy_loop *loop, PyObject *function) {
  return future_wrap(asy_executor_run(handle_, loop, on_run, Py_NewRef(function), on_free));
}

PyObject *Executor::_shutdown(asy_loop *loop, PyObject *seconds) {
  uint64_t timeout;
  if (!seconds_to_ns(seconds, &timeout)) return nullptr;
  return future_wrap(asy_executor_shutdown(handle_, loop, timeout));
}

}  // namespace asypy
