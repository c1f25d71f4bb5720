#include "runtime.hpp"

#include <cstring>

namespace asypy {
namespace {

/* The raw functions of the ABI own the plain names; the native face's functions get an underscore here, and lose it
   again in libasync/__init__.py. */
bool add_functions(PyObject *module, PyMethodDef *functions) {
  PyObject *package = PyUnicode_InternFromString("libasync");
  bool added = package != nullptr;
  for (PyMethodDef *at = functions; added && at->ml_name; at++) {
    PyObject *name = PyUnicode_FromFormat("_%s", at->ml_name);
    PyObject *function = PyCFunction_NewEx(at, nullptr, package);
    added = name && function && PyObject_SetAttr(module, name, function) == 0;
    Py_XDECREF(name);
    Py_XDECREF(function);
  }
  Py_XDECREF(package);
  return added;
}

}  // namespace

bool add_type(PyObject *module, PyType_Spec *spec, PyTypeObject *base, const char *name, PyTypeObject **out_type) {
  PyObject *type = PyType_FromModuleAndSpec(module, spec, reinterpret_cast<PyObject *>(base));
  if (!type) return false;
  *out_type = reinterpret_cast<PyTypeObject *>(type);
  return PyModule_AddObjectRef(module, name, type) == 0;
}

PyObject *object_repr(PyObject *self) {
  const char *name = Py_TYPE(self)->tp_name;
  if (!PyObject_HasAttrString(self, "_describe")) return PyUnicode_FromFormat("<%s at %p>", name, self);
  PyObject *text = PyObject_CallMethod(self, "_describe", nullptr);
  PyObject *answer = text ? PyUnicode_FromFormat("<%s at %p %U>", name, self, text) : nullptr;
  Py_XDECREF(text);
  return answer;
}

PyTypeObject *generator_class;

/* What SWIG puts into every class: the address, as an attribute and as a number, and the switch that frees it. */
static void hide_pointer(PyTypeObject *type) {
  if (type->tp_as_number) type->tp_as_number->nb_int = nullptr;
  for (const char *name : {"this", "thisown", "__int__"})
    if (PyDict_GetItemString(type->tp_dict, name)) PyDict_DelItemString(type->tp_dict, name);
  PyType_Modified(type);
}

/* Queue[int], as the annotations of a program that runs say it too. */
static void make_generic(PyObject *dictionary) {
  static PyMethodDef method = {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, nullptr};
  for (const char *name : {"AsCompleted", "Channel", "ContextVar", "Generator", "Queue"}) {
    PyObject *object = PyDict_GetItemString(dictionary, name);
    auto *type = reinterpret_cast<PyTypeObject *>(object);
    PyObject *made = type ? PyDescr_NewClassMethod(type, &method) : nullptr;
    if (!made || PyDict_SetItemString(type->tp_dict, method.ml_name, made) < 0) PyErr_Clear();
    Py_XDECREF(made);
    if (type) PyType_Modified(type);
  }
}

void name_classes(PyObject *dictionary) {
  make_generic(dictionary);
  PyObject *key, *value;
  for (Py_ssize_t at = 0; PyDict_Next(dictionary, &at, &key, &value);) {
    if (!PyType_Check(value)) continue;
    auto *type = reinterpret_cast<PyTypeObject *>(value);
    if (strncmp(type->tp_name, "libasync.core.", 14) != 0) continue;
    for (PyTypeObject *base = type; base != &PyBaseObject_Type; base = base->tp_base) hide_pointer(base);
    for (PyMethodDef *at_method = type->tp_methods; at_method && at_method->ml_name; at_method++)
      if (at_method->ml_doc && *at_method->ml_doc == '\n') at_method->ml_doc++;  // SWIG's; it hides the signature
    if (PyUnicode_CompareWithASCIIString(key, "Generator") == 0) generator_class = type;
    if (PyUnicode_CompareWithASCIIString(key, "AsCompleted") == 0) type->tp_name = "libasync.as_completed";
    else if (PyObject *name = PyUnicode_FromFormat("libasync.%U", key))  // kept for ever, as the types are
      type->tp_name = PyUnicode_AsUTF8(name);
  }
}

bool init_module(PyObject *module) {
  if (!import_classes(module)) return false;
  for (auto init : {init_value, init_ready, init_future, init_future_iter, init_task, init_loop, init_handle,
                    init_promise, init_plugin})
    if (!init(module)) return false;
  for (PyMethodDef *functions : {task_functions, create_task_functions, sleep_functions, gather_functions,
                                 wait_for_functions, wait_functions, shield_functions, race_functions})
    if (!add_functions(module, functions)) return false;
  return true;
}

bool seconds_to_ns(PyObject *seconds, uint64_t *out_ns) {
  *out_ns = ASY_FOREVER;
  if (seconds == Py_None) return true;
  if (!PyNumber_Check(seconds)) {
    raise_not("a number of seconds", seconds);
    return false;
  }
  double number = PyFloat_AsDouble(seconds);
  if (number == -1.0 && PyErr_Occurred()) return false;
  if (asy_duration_from_seconds(number, out_ns) == ASY_OK) return true;
  PyErr_SetString(PyExc_ValueError, "a number of seconds is needed, not NaN");
  return false;
}

PyObject *ns_to_seconds(uint64_t ns) {
  if (ns == ASY_FOREVER) Py_RETURN_NONE;
  return PyFloat_FromDouble(static_cast<double>(ns) / static_cast<double>(ASY_SECOND));
}

}  // namespace asypy
