/* Debug mode, counters and the watchdog in Python's terms. */
#include "debug.hpp"

#include <cstdio>
#include <cstring>

namespace asypy {
namespace {

constexpr int deepest = 10;

/* The frames of Python that are being called, innermost first; nothing when it is another language that makes it. */
size_t on_place(char *buffer, size_t size, void *) {
  if (!Py_IsInitialized() || !PyGILState_Check()) return 0;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  size_t used = 0;
  PyFrameObject *frame = reinterpret_cast<PyFrameObject *>(Py_XNewRef(reinterpret_cast<PyObject *>(PyEval_GetFrame())));
  for (int depth = 0; frame && depth < deepest && used + 1 < size; depth++) {
    PyCodeObject *code = PyFrame_GetCode(frame);
    const char *file = PyUnicode_AsUTF8(code->co_filename), *name = PyUnicode_AsUTF8(code->co_qualname);
    int wrote = std::snprintf(buffer + used, size - used, "%s%s:%d in %s", depth ? "; " : "", file ? file : "?",
                              PyFrame_GetLineNumber(frame), name ? name : "?");
    used += wrote < 0 ? 0 : static_cast<size_t>(wrote);
    Py_DECREF(code);
    PyFrameObject *back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    frame = back;
  }
  Py_XDECREF(frame);
  PyErr_Restore(type, value, traceback);
  return used < size ? used : size - 1;
}

void call(PyObject *function, PyObject *args) {
  PyObject *answer = args ? PyObject_CallObject(function, args) : nullptr;
  if (!answer) PyErr_WriteUnraisable(function);
  Py_XDECREF(answer);
  Py_XDECREF(args);
}

PyObject *seconds_of(uint64_t ns) {
  return PyFloat_FromDouble(static_cast<double>(ns) / static_cast<double>(ASY_SECOND));
}

void on_stuck(const char *name, uint64_t stuck_ns, void *user_data) {
  if (!Py_IsInitialized()) return;
  Gil gil;
  call(static_cast<PyObject *>(user_data), Py_BuildValue("(sN)", name, seconds_of(stuck_ns)));
}

void release_callable(void *user_data) { release(static_cast<PyObject *>(user_data)); }

}  // namespace

bool tell_places(asy_loop *loop) {
  asy_status status = asy_loop_set_place_hook(loop, on_place, nullptr, nullptr);
  if (status < 0) raise_status(status);
  return status >= 0;
}

asy_status watch_loop(asy_loop *loop, uint64_t limit_ns, PyObject *function) {
  Py_XINCREF(function);
  asy_status status;
  Py_BEGIN_ALLOW_THREADS status =
      asy_loop_set_watchdog(loop, limit_ns, function ? on_stuck : nullptr, function, release_callable);
  Py_END_ALLOW_THREADS release_later();
  return status;
}

void on_line(const char *text, void *user_data) {
  PyObject *line = PyUnicode_DecodeUTF8(text, static_cast<Py_ssize_t>(strlen(text)), "replace");
  call(static_cast<PyObject *>(user_data), line ? Py_BuildValue("(N)", line) : nullptr);
}

void on_live(const char *kind, size_t count, void *user_data) {
  call(static_cast<PyObject *>(user_data), Py_BuildValue("(sn)", kind, static_cast<Py_ssize_t>(count)));
}

PyObject *metrics_dict(const asy_loop_metrics *metrics) {
  const struct {
    const char *name;
    uint64_t count;
  } counts[] =
      {
          {"polls", metrics->polls},
          {"entries", metrics->entries},
          {"ready", metrics->ready},
          {"ready_max", metrics->ready_max},
          {"timers", metrics->timers},
          {"tasks", metrics->tasks},
          {"tasks_created", metrics->tasks_created},
          {"tasks_finished", metrics->tasks_finished},
          {"steps", metrics->steps},
      },
    times[] = {
        {"lag", metrics->lag_ns},           {"lag_max", metrics->lag_max_ns}, {"step", metrics->step_ns},
        {"step_max", metrics->step_max_ns}, {"poll", metrics->poll_ns},
    };
  PyObject *all = PyDict_New();
  auto set = [&all](const char *name, PyObject *value) {
    if (all && (!value || PyDict_SetItemString(all, name, value) < 0)) Py_CLEAR(all);
    Py_XDECREF(value);
  };
  for (const auto &[name, count] : counts) set(name, PyLong_FromUnsignedLongLong(count));
  for (const auto &[name, ns] : times) set(name, seconds_of(ns));
  return all;
}

}  // namespace asypy
