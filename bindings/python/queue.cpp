#include "queue.hpp"

#include <cmath>
#include <utility>

namespace asypy {
namespace {

/* The exception of the comparison that failed last, for the put() that ran it. */
thread_local PyObject *comparison_error;

void keep_comparison_error() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  Py_XSETREF(comparison_error, value);
}

/* -1: the exception is kept. */
int is_less(PyObject *left, PyObject *right) {
  int less = PyObject_RichCompareBool(left, right, Py_LT);
  if (less < 0) keep_comparison_error();
  return less;
}

asy_status on_compare(const asy_value *a, const asy_value *b, int32_t *out_order, void *) {
  Gil gil;
  PyObject *left = to_python(a), *right = left ? to_python(b) : nullptr;
  int less = -1, greater = 0;
  if (!right) {
    keep_comparison_error();
  } else {
    less = is_less(left, right);
    if (less == 0) greater = is_less(right, left);
  }
  Py_XDECREF(left);
  Py_XDECREF(right);
  if (less < 0 || greater < 0) return ASY_E_INVALID;
  *out_order = greater - less;
  return ASY_OK;
}

asy_status priority_new(asy_loop *loop, size_t max_size, asy_queue **out_queue) {
  return asy_queue_new_priority(loop, max_size, on_compare, nullptr, nullptr, out_queue);
}

/* The error of a refused put: the comparison's own, where that was why. */
asy_error *take_comparison_error(asy_status status) {
  if (status != ASY_E_INVALID || !comparison_error) return nullptr;
  asy_error *error = error_from_exception(comparison_error);
  Py_CLEAR(comparison_error);
  return error;
}

}  // namespace

bool room_of(PyObject *maxsize, int64_t *out_count) {
  if (!PyFloat_Check(maxsize)) {
    *out_count = PyLong_AsLongLong(maxsize);
    return *out_count != -1 || !PyErr_Occurred();
  }
  double count = std::ceil(PyFloat_AS_DOUBLE(maxsize));
  if (std::isnan(count)) {
    PyErr_SetString(PyExc_ValueError, "a number of items is needed, not NaN");
    return false;
  }
  *out_count = count > 0 && count < 0x1p63 ? static_cast<int64_t>(count) : 0;
  return true;
}

PriorityQueue::PriorityQueue(int64_t maxsize) : Queue(maxsize, priority_new) {}

PyObject *Queue::put(PyObject *item) {
  asy_value value;
  if (!bind() || !to_value(item, &value)) return nullptr;
  Py_CLEAR(comparison_error);
  asy_future *future = asy_queue_put(handle_.get(), &value);
  if (!comparison_error) return future_wrap(future, Kind::queue);
  asy_loop *loop = asy_future_loop(future);
  if (asy_error *error = take_comparison_error(asy_future_status(future))) {
    asy_future_unref(future);
    future = asy_future_new_failed(loop ? loop : current_loop(), error);
  }
  return future_wrap(future, Kind::queue);
}

PyObject *Queue::put_before(PyObject *item) {
  if (full()) {
    PyErr_SetNone(classes.queue_full);
    return nullptr;
  }
  if (!early_ && !(early_ = PyList_New(0))) return nullptr;
  const bool sorted = make_ == priority_new && PyList_GET_SIZE(early_);
  if (sorted && PyObject_RichCompareBool(PyList_GET_ITEM(early_, 0), item, Py_LT) < 0) return nullptr;
  if (PyList_Append(early_, item) < 0) return nullptr;
  Py_RETURN_NONE;
}

bool Queue::put_early() {
  PyObject *items = std::exchange(early_, nullptr);
  bool put = true;
  for (Py_ssize_t i = 0; put && i < PyList_GET_SIZE(items); i++) {
    PyObject *done = put_nowait(PyList_GET_ITEM(items, i));
    put = done != nullptr;
    Py_XDECREF(done);
  }
  Py_DECREF(items);
  return put;
}

PyObject *Queue::put_nowait(PyObject *item) {
  asy_value value;
  if (!handle_ && !asy_loop_current()) return put_before(item);
  if (!bind() || !to_value(item, &value)) return nullptr;
  Py_CLEAR(comparison_error);
  asy_status status = asy_queue_try_put(handle_.get(), &value);
  if (asy_error *error = take_comparison_error(status)) {
    raise_error(error);
    asy_error_unref(error);
    return nullptr;
  }
  if (!queue_passed(status, classes.queue_full)) return nullptr;
  Py_RETURN_NONE;
}

PyObject *Queue::get_nowait() {
  asy_value value = {};
  if (!handle_ && !early_ && !asy_loop_current()) return queue_item(ASY_E_AGAIN, &value);
  return bind() ? queue_item(asy_queue_try_get(handle_.get(), &value), &value) : nullptr;
}

PyObject *Queue::_describe() {
  std::string text = "maxsize:" + std::to_string(max_size_) + ", items:" + std::to_string(qsize());
  if (asy_queue *queue = handle_.get()) {
    append_waiters(text, asy_queue_getters(queue), "getters");
    append_waiters(text, asy_queue_putters(queue), "putters");
    append_waiters(text, asy_queue_unfinished(queue), "tasks");
    if (asy_queue_is_shut_down(queue)) text += ", shutdown";
  }
  return bracketed(text);
}

}  // namespace asypy
