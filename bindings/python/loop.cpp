#include "loop.hpp"

#include "debug.hpp"

#include <structmember.h>
#include <new>

namespace asypy {
namespace {

PyTypeObject *loop_type;
const char host_key = 0;

void host_unref(void *user_data) {
  auto *host = static_cast<Host *>(user_data);
  if (--host->refs > 0) return;
  release(host->factory);
  release(host->report);
  delete host;
}

void before_block(void *user_data) {
  auto *host = static_cast<Host *>(user_data);
  if (PyGILState_Check()) host->saved = PyEval_SaveThread();
}

void after_block(void *user_data) {
  auto *host = static_cast<Host *>(user_data);
  if (!host->saved) return;
  PyThreadState *saved = host->saved;
  host->saved = nullptr;
  PyEval_RestoreThread(saved);
  release_later();
}

void print_report(PyObject *exception, const char *what) {
  PyObject *module = PyImport_ImportModule("libasync.report");
  PyObject *done = module ? PyObject_CallMethod(module, "print_report", "Os", exception, what) : nullptr;
  if (!done) PyErr_WriteUnraisable(exception);
  Py_XDECREF(done);
  Py_XDECREF(module);
}

/* The hook has raised: that is told where reports go without it, and so is what it was told. */
void hook_failed(asy_loop *loop, PyObject *hook, PyObject *exception, const char *what) {
  if (is_fatal(PyErr_Occurred())) callback_failed(loop, "report hook");
  else PyErr_WriteUnraisable(hook);
  print_report(exception, what);
}

void on_report(asy_loop *loop, asy_error *error, const char *what, void *user_data) {
  if (!Py_IsInitialized()) return;
  Gil gil;
  auto *host = static_cast<Host *>(user_data);
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyObject *exception = exception_from_error(error);
  if (host->report) {
    PyObject *report = Py_NewRef(host->report);
    PyObject *answer = PyObject_CallFunction(report, "Os", exception, what);
    if (!answer) hook_failed(loop, report, exception, what);
    Py_XDECREF(answer);
    Py_DECREF(report);
  } else if (!host->raises) {  // run() gives it to its caller
    print_report(exception, what);
  }
  Py_XDECREF(exception);
  PyErr_Restore(type, value, traceback);
}

/* Of a loop that somebody else made, the reports stay theirs. */
bool attach(Loop *loop, bool own) {
  Host *host = new (std::nothrow) Host{own ? 4 : 3, loop, nullptr, nullptr, nullptr, false, false};
  if (!host) {
    PyErr_NoMemory();
    return false;
  }
  loop->host = host;
  asy_status status = asy_loop_set_data(loop->handle, &host_key, host, host_unref);
  asy_status hooks = asy_loop_set_poll_hooks(loop->handle, before_block, after_block, host, host_unref);
  asy_status report = own ? asy_loop_set_report_hook(loop->handle, on_report, host, host_unref) : ASY_OK;
  if (status == ASY_OK) status = hooks == ASY_OK ? report : hooks;
  if (status == ASY_OK) return !own || tell_places(loop->handle);
  raise_status(status);
  return false;
}

PyObject *wrap(PyTypeObject *type, asy_loop *handle, bool own) {
  Loop *loop = as_loop(type->tp_alloc(type, 0));
  if (!loop) {
    asy_loop_unref(handle);
    return nullptr;
  }
  loop->handle = handle;
  if (!attach(loop, own)) Py_CLEAR(loop);
  return reinterpret_cast<PyObject *>(loop);
}

PyObject *loop_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"virtual_clock", "debug", "drain", "ready_budget", "shuffle_seed", nullptr};
  int virtual_clock = 0, debug = 0, drain = 1;
  unsigned budget = 0;
  unsigned long long seed = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$pppIK:Loop", const_cast<char **>(names), &virtual_clock, &debug,
                                   &drain, &budget, &seed))
    return nullptr;
  asy_loop_options options = {};
  options.size = sizeof options;
  if (virtual_clock) options.flags |= ASY_LOOP_VIRTUAL_CLOCK;
  if (debug) options.flags |= ASY_LOOP_DEBUG;
  if (!drain) options.flags |= ASY_LOOP_NO_DRAIN;
  options.ready_budget = budget;
  options.shuffle_seed = seed;
  asy_loop *handle = nullptr;
  asy_status status = asy_loop_new(&options, &handle);
  return status < 0 ? raise_status(status) : wrap(type, handle, true);
}

void loop_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  Loop *loop = as_loop(self);
  if (loop->weak) PyObject_ClearWeakRefs(self);
  // Closing an open loop runs coroutines' `finally` blocks and reports: an exception on its way stays out of that.
  PyObject *raised, *value, *traceback;
  PyErr_Fetch(&raised, &value, &traceback);
  end_watch(loop);
  if (loop->host) loop->host->object = nullptr;
  if (loop->handle) asy_loop_unref(loop->handle);
  if (loop->host) host_unref(loop->host);
  PyErr_Restore(raised, value, traceback);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMemberDef loop_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Loop, weak), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
PyType_Slot loop_slots[] = {
    {Py_tp_new, reinterpret_cast<void *>(loop_new)},
    {Py_tp_dealloc, reinterpret_cast<void *>(loop_dealloc)},
    {Py_tp_methods, loop_methods},
    {Py_tp_members, loop_members},
    {Py_tp_doc,
     const_cast<char *>("Loop(*, virtual_clock=False, debug=False, drain=True, ready_budget=0, shuffle_seed=0)\n--\n\n"
                        "What an event loop is made of; libasync.Loop adds running it.")},
    {0, nullptr},
};
PyType_Spec loop_spec = {"libasync._core.Loop", sizeof(Loop), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, loop_slots};

}  // namespace

Host *host_of(asy_loop *loop) { return static_cast<Host *>(asy_loop_data(loop, &host_key)); }

void end_watch(Loop *loop) {
  if (!loop->host || !loop->host->watched) return;
  loop->host->watched = false;
  watch_loop(loop->handle, 0, nullptr);
}

PyObject *raise_loop_status(asy_status status) {
  if (status != ASY_E_CLOSED) return raise_status(status);
  PyErr_SetString(classes.closed, "the loop is closed; make a new one");
  return nullptr;
}

asy_loop *current_loop() {
  asy_loop *loop = asy_loop_current();
  if (!loop)
    PyErr_SetString(PyExc_RuntimeError,
                    "no libasync loop is running in this thread; call this in a coroutine that libasync.run() runs");
  return loop;
}

PyObject *loop_object(asy_loop *handle) {
  Host *host = host_of(handle);
  if (host && host->object) return Py_NewRef(reinterpret_cast<PyObject *>(host->object));
  return wrap(loop_type, asy_loop_ref(handle), false);
}

asy_loop *loop_arg(PyObject *object) {
  if (PyObject_TypeCheck(object, loop_type) && as_loop(object)->handle) return as_loop(object)->handle;
  raise_not("a libasync loop", object);
  return nullptr;
}

asy_loop *loop_arg_or_current(PyObject *object) {
  return object && object != Py_None ? loop_arg(object) : current_loop();
}

void callback_failed(asy_loop *loop, const char *what) {
  asy_error *error = error_from_raised();
  asy_loop_report(loop, error, what);
  asy_error_unref(error);
}

bool init_loop(PyObject *module) { return add_type(module, &loop_spec, nullptr, "Loop", &loop_type); }

}  // namespace asypy
