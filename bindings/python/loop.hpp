/* Loop: the object (loop.cpp), what it offers (loop_methods.cpp), its callbacks (handle.cpp). */
#pragma once
#include "runtime.hpp"

namespace asypy {

/* Python's side of one loop; lives until both the loop is closed and the wrapper is gone. */
struct Host {
  int refs;
  Loop *object;          // borrowed, or NULL
  PyThreadState *saved;  // while the GIL is given back
  PyObject *factory;     // of tasks: called as factory(loop, coro, **keywords), or NULL
  PyObject *report;      // called as report(exception, what), or NULL
  bool watched;          // by a watchdog
  bool raises;           // the policy is ASY_REPORT_RAISE
};

struct Loop {
  PyObject_HEAD asy_loop *handle;
  Host *host;  // NULL for a loop of another thread
  PyObject *weak;
};

void end_watch(Loop *loop);  // of the watchdog, whose thread must not meet the end of the loop with the GIL held

PyObject *raise_loop_status(asy_status status);  // says "the loop" where raise_status() cannot; always NULL

inline Loop *as_loop(PyObject *object) { return reinterpret_cast<Loop *>(object); }
Host *host_of(asy_loop *loop);

extern PyMethodDef loop_methods[];

PyObject *set_task_hooks(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *call_soon(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *call_later(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *call_at(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *call_soon_threadsafe(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

}  // namespace asypy
