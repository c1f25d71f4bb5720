#include "runtime.hpp"

namespace asypy {
namespace {

/* sleep(0) is spelled with an integer as a rule. */
bool is_zero(PyObject *seconds) { return PyLong_CheckExact(seconds) && Py_SIZE(seconds) == 0; }

/* sleep(seconds, result=None): zero needs no future, only a trip through the ready queue. */
PyObject *sleep(PyObject *, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  PyObject *result = count > 1 ? args[1] : nullptr;
  if (names && PyTuple_GET_SIZE(names)) {
    if (count != 1 || PyTuple_GET_SIZE(names) != 1 ||
        PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "result") != 0)
      count = 0;
    else result = args[1];
  }
  if (count < 1 || count > 2) {
    PyErr_SetString(PyExc_TypeError, "sleep(seconds, result=None)");
    return nullptr;
  }
  uint64_t delay = 0;
  if (args[0] == Py_None) {
    PyErr_SetString(PyExc_TypeError, "a number of seconds is needed, not None");
    return nullptr;
  }
  if (!is_zero(args[0]) && !seconds_to_ns(args[0], &delay)) return nullptr;
  asy_loop *loop = current_loop();
  if (!loop) return nullptr;
  if (delay == 0) return ready_after_yield(result ? result : Py_None);
  asy_future *future = asy_sleep(loop, delay);
  return result && result != Py_None ? future_wrap(future, Kind::result, result) : future_wrap(future);
}

}  // namespace

PyMethodDef sleep_functions[] = {
    {"sleep", as_method(sleep), METH_FASTCALL | METH_KEYWORDS,
     "sleep(seconds, result=None)\n--\n\nWait, then give `result`; 0 lets everything else that is ready run once."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
