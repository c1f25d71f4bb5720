/* What is said of arguments of the wrong kind. */
#include "runtime.hpp"

namespace asypy {
namespace {

const char *name_of(PyObject *object) { return Py_TYPE(object)->tp_name; }

bool is_coroutine_function(PyObject *object) {
  return PyFunction_Check(object) &&
         (reinterpret_cast<PyCodeObject *>(PyFunction_GET_CODE(object))->co_flags & CO_COROUTINE);
}

}  // namespace

PyObject *raise_not(const char *needed, PyObject *given) {
  if (is_coroutine_function(given)) {
    PyErr_Format(PyExc_TypeError, "%s is needed, not the coroutine function %U: call it", needed,
                 reinterpret_cast<PyFunctionObject *>(given)->func_qualname);
  } else if (is_future(given)) {
    PyErr_Format(PyExc_TypeError, "%s is needed, not %.100s, which runs already: await it", needed, name_of(given));
  } else {
    PyErr_Format(PyExc_TypeError, "%s is needed, not %.100s", needed, name_of(given));
  }
  return nullptr;
}

bool integer_arg(PyObject *object, int64_t least, int64_t most, int64_t *out_number) {
  PyObject *number = PyNumber_Index(object);
  if (!number) {
    PyErr_Clear();
    raise_not("an integer", object);
    return false;
  }
  int overflow;
  *out_number = PyLong_AsLongLongAndOverflow(number, &overflow);
  const bool fits = !overflow && *out_number >= least && *out_number <= most;
  if (!fits)
    PyErr_Format(PyExc_ValueError, "a number from %lld to %lld is needed, not %S", static_cast<long long>(least),
                 static_cast<long long>(most), number);
  Py_DECREF(number);
  return fits;
}

bool number_arg(PyObject *object, double *out_number) {
  *out_number = PyFloat_AsDouble(object);
  if (*out_number != -1.0 || !PyErr_Occurred()) return true;
  if (!PyErr_ExceptionMatches(PyExc_TypeError)) return false;
  PyErr_Clear();
  raise_not("a number", object);
  return false;
}

}  // namespace asypy
