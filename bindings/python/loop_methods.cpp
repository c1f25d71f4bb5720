#include "create_task.hpp"
#include "debug.hpp"
#include "loop.hpp"

namespace asypy {
namespace {

asy_loop *handle_of(PyObject *self) { return as_loop(self)->handle; }

PyObject *answer(asy_status status) {
  if (status < 0) return raise_loop_status(status);
  Py_RETURN_NONE;
}

/* Of a call that says what it means when its loop is in the wrong state. */
PyObject *answer(asy_status status, const char *wrong_state) {
  if (status != ASY_E_STATE) return answer(status);
  PyErr_SetString(PyExc_RuntimeError, wrong_state);
  return nullptr;
}

constexpr const char *runs_already = "a loop is running in this thread already";

/* What a run ended with: an error that left the loop comes before the loop's own status. */
PyObject *after_run(PyObject *self, asy_status status, const char *wrong_state) {
  asy_error *raised = asy_loop_take_raised(handle_of(self));
  if (!raised) return answer(status, wrong_state);
  raise_error(raised);
  asy_error_unref(raised);
  return nullptr;
}

PyObject *run(PyObject *self, PyObject *) { return after_run(self, asy_loop_run(handle_of(self)), runs_already); }

PyObject *run_until_complete(PyObject *self, PyObject *object) {
  asy_future *future = future_arg(object);
  if (!future) return nullptr;
  return after_run(self, asy_loop_run_until_complete(handle_of(self), future),
                   "the loop was stopped before the future was done");
}

PyObject *step(PyObject *self, PyObject *seconds) {
  uint64_t timeout;
  if (!seconds_to_ns(seconds, &timeout)) return nullptr;
  return after_run(self, asy_loop_step(handle_of(self), timeout), runs_already);
}

PyObject *stop(PyObject *self, PyObject *) { return answer(asy_loop_stop(handle_of(self))); }
PyObject *close(PyObject *self, PyObject *) {
  end_watch(as_loop(self));
  return answer(asy_loop_close(handle_of(self)), "a loop that runs cannot be closed: stop() it, and close it then");
}
PyObject *wake(PyObject *self, PyObject *) { return answer(asy_loop_wake(handle_of(self))); }
PyObject *loop_release(PyObject *self, PyObject *) {
  return answer(asy_loop_release(handle_of(self)), "a loop that runs, or has tasks of C, cannot be given up");
}
PyObject *acquire(PyObject *self, PyObject *) {
  asy_status status = asy_loop_acquire(handle_of(self));
  if (status == ASY_E_WRONG_THREAD) status = ASY_E_STATE;
  return answer(status, "the loop has an owner, who must release() it first");
}
PyObject *is_running(PyObject *self, PyObject *) { return PyBool_FromLong(asy_loop_is_running(handle_of(self))); }
PyObject *is_closed(PyObject *self, PyObject *) { return PyBool_FromLong(asy_loop_is_closed(handle_of(self))); }
PyObject *fileno(PyObject *self, PyObject *) {
  int32_t fd = asy_loop_get_fd(handle_of(self));
  return fd < 0 ? raise_loop_status(fd) : PyLong_FromLong(fd);
}
PyObject *next_deadline(PyObject *self, PyObject *) { return ns_to_seconds(asy_loop_next_deadline(handle_of(self))); }
PyObject *time(PyObject *self, PyObject *) {
  return PyFloat_FromDouble(static_cast<double>(asy_loop_time(handle_of(self))) / static_cast<double>(ASY_SECOND));
}

PyObject *advance(PyObject *self, PyObject *seconds) {
  uint64_t delay;
  if (!seconds_to_ns(seconds, &delay)) return nullptr;
  return answer(asy_loop_advance(handle_of(self), delay), "only a virtual clock can be moved");
}

PyObject *create_future(PyObject *self, PyObject *) { return future_wrap(asy_future_new(handle_of(self))); }

PyObject *loop_create_task(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  return create_task(handle_of(self), args, count, names);
}

PyObject *set_watchdog(PyObject *self, PyObject *args) {
  PyObject *seconds, *function;
  uint64_t limit;
  if (!PyArg_ParseTuple(args, "OO:set_watchdog", &seconds, &function) || !seconds_to_ns(seconds, &limit))
    return nullptr;
  Host *host = as_loop(self)->host;
  if (!host) return raise_status(ASY_E_WRONG_THREAD);
  asy_status status = watch_loop(handle_of(self), limit, function);
  if (status == ASY_OK) host->watched = limit != 0;
  return answer(status);
}

PyObject *report(PyObject *self, PyObject *args) {
  PyObject *exception;
  const char *what;
  if (!PyArg_ParseTuple(args, "Os:report", &exception, &what)) return nullptr;
  if (!PyExceptionInstance_Check(exception)) return raise_not("an exception", exception);
  asy_error *error = error_from_exception(exception);
  asy_status status = asy_loop_report(handle_of(self), error, what);
  asy_error_unref(error);
  return answer(status);
}

PyObject *set_report_hook(PyObject *self, PyObject *hook) {
  Host *host = as_loop(self)->host;
  if (!host) return raise_status(ASY_E_WRONG_THREAD);
  if (hook != Py_None && !PyCallable_Check(hook)) return raise_not("a callable or None", hook);
  Py_XSETREF(host->report, hook == Py_None ? nullptr : Py_NewRef(hook));
  Py_RETURN_NONE;
}

PyObject *get_report_hook(PyObject *self, PyObject *) {
  Host *host = as_loop(self)->host;
  return Py_NewRef(host && host->report ? host->report : Py_None);
}

PyObject *set_report_policy(PyObject *self, PyObject *number) {
  long policy = PyLong_AsLong(number);
  if (policy == -1 && PyErr_Occurred()) return nullptr;
  asy_status status = asy_loop_set_report_policy(handle_of(self), static_cast<int32_t>(policy));
  if (status == ASY_OK && as_loop(self)->host) as_loop(self)->host->raises = policy == ASY_REPORT_RAISE;
  if (status != ASY_E_INVALID) return answer(status);
  PyErr_SetString(PyExc_ValueError, "REPORT_PRINT, REPORT_RAISE or REPORT_ABORT is needed");
  return nullptr;
}

}  // namespace

PyMethodDef loop_methods[] = {
    {"_run", run, METH_NOARGS, nullptr},
    {"_run_until_complete", run_until_complete, METH_O, nullptr},
    {"step", step, METH_O,
     "step($self, seconds, /)\n--\n\nPoll once, blocking at most `seconds` (None: for ever), then run what is ready."},
    {"stop", stop, METH_NOARGS, "stop($self, /)\n--\n\nEnd the run after the current batch."},
    {"close", close, METH_NOARGS, "close($self, /)\n--\n\nCancel or fail everything pending and drop all callbacks."},
    {"wake", wake, METH_NOARGS, "wake($self, /)\n--\n\nEnd the poll the loop may be blocked in; any thread."},
    {"release", loop_release, METH_NOARGS,
     "release($self, /)\n--\n\nGive the loop up, for another thread to acquire()."},
    {"acquire", acquire, METH_NOARGS,
     "acquire($self, /)\n--\n\nMake this thread the owner of a loop that was given up."},
    {"is_running", is_running, METH_NOARGS, "is_running($self, /)\n--\n\nWhether it runs now; any thread."},
    {"is_closed", is_closed, METH_NOARGS, "is_closed($self, /)\n--\n\nWhether it was closed; any thread."},
    {"fileno", fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nReadable when step() has something to do, for a host's own loop."},
    {"next_deadline", next_deadline, METH_NOARGS,
     "next_deadline($self, /)\n--\n\nWhen step() is due, as time(), or None."},
    {"time", time, METH_NOARGS, "time($self, /)\n--\n\nSeconds on the loop's clock, which never goes back."},
    {"advance", advance, METH_O, "advance($self, seconds, /)\n--\n\nMove a virtual clock."},
    {"create_future", create_future, METH_NOARGS,
     "create_future($self, /)\n--\n\nA pending future, for set_result() or set_exception()."},
    {"create_task", as_method(loop_create_task), METH_FASTCALL | METH_KEYWORDS,
     "create_task($self, coro, /, *, name=None, context=None, eager_start=None)\n--\n\nRun a coroutine as a task; its "
     "first step is "
     "queued."},
    {"call_soon", as_method(call_soon), METH_FASTCALL | METH_KEYWORDS,
     "call_soon($self, callback, /, *args, context=None)\n--\n\nCall after what is ready now; returns a Handle."},
    {"call_later", as_method(call_later), METH_FASTCALL | METH_KEYWORDS,
     "call_later($self, delay, callback, /, *args, context=None)\n--\n\nCall no earlier than `delay` seconds from "
     "now."},
    {"call_at", as_method(call_at), METH_FASTCALL | METH_KEYWORDS,
     "call_at($self, when, callback, /, *args, context=None)\n--\n\nCall no earlier than when time() is `when`."},
    {"call_soon_threadsafe", as_method(call_soon_threadsafe), METH_FASTCALL | METH_KEYWORDS,
     "call_soon_threadsafe($self, callback, /, *args, context=None)\n--\n\ncall_soon() for any thread."},
    {"set_task_hooks", as_method(set_task_hooks), METH_VARARGS | METH_KEYWORDS,
     "set_task_hooks($self, /, *, created=None, switched=None, finished=None)\n--\n\n"
     "Call created(task), switched(task, entered) around every step, finished(task); in place of those of before."},
    {"_set_watchdog", set_watchdog, METH_VARARGS, nullptr},
    {"report", report, METH_VARARGS,
     "report($self, exception, what, /)\n--\n\nHand over an error that nobody else would see."},
    {"set_report_hook", set_report_hook, METH_O,
     "set_report_hook($self, hook, /)\n--\n\nCall `hook(exception, what)` for errors nobody read; None prints them."},
    {"get_report_hook", get_report_hook, METH_NOARGS,
     "get_report_hook($self, /)\n--\n\nWhat set_report_hook() set, or None."},
    {"set_report_policy", set_report_policy, METH_O,
     "set_report_policy($self, policy, /)\n--\n\nOne of REPORT_PRINT, REPORT_RAISE, REPORT_ABORT."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
