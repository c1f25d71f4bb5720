#include "runtime.hpp"

namespace asypy {

/* Made in core.i: the wrapper of a handle that travels as an object, or NULL when the descriptor is none of ours. */
PyObject *handle_object(const asy_value *value);
asy_generator *generator_handle(PyObject *object);  // borrowed; NULL for what is no Generator

namespace {

/* A value of another language, or of a newer libasync: carried through Python unchanged. */
struct Foreign {
  PyObject_HEAD asy_value value;
};

PyTypeObject *foreign_type;

void foreign_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  asy_value_clear(&reinterpret_cast<Foreign *>(self)->value);
  PyObject_Free(self);
  Py_DECREF(type);
}

PyObject *foreign_repr(PyObject *self) {
  const asy_type *type = asy_value_type(&reinterpret_cast<Foreign *>(self)->value);
  return PyUnicode_FromFormat("<libasync foreign %s>", type && type->name ? type->name : "value");
}

PyObject *foreign_from(const asy_value *value) {
  Foreign *foreign = PyObject_New(Foreign, foreign_type);
  if (!foreign) return nullptr;
  foreign->value = asy_value{};
  if (asy_value_copy(value, &foreign->value) < 0) {
    Py_DECREF(foreign);
    return PyErr_NoMemory();
  }
  return reinterpret_cast<PyObject *>(foreign);
}

bool checked(asy_status status) {
  if (status == ASY_OK) return true;
  raise_status(status);
  return false;
}

bool int_to_value(PyObject *object, asy_value *out_value) {
  int overflow = 0;
  long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow) return false;
  asy_value_set_int(out_value, number);
  return true;
}

bool object_to_value(PyObject *object, asy_value *out_value) {
  Box *box = box_new(object, nullptr);
  if (!box) return false;
  asy_value_set_object(out_value, box, &object_type);
  return true;
}

PyObject *list_to_python(const asy_value *value) {
  size_t count = asy_value_count(value);
  PyObject *list = PyList_New(static_cast<Py_ssize_t>(count));
  for (size_t i = 0; list && i < count; i++) {
    PyObject *item = to_python(asy_value_item(value, i));
    if (!item) {
      Py_DECREF(list);
      return nullptr;
    }
    PyList_SET_ITEM(list, static_cast<Py_ssize_t>(i), item);
  }
  return list;
}

PyType_Slot foreign_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(foreign_dealloc)},
    {Py_tp_repr, reinterpret_cast<void *>(foreign_repr)},
    {Py_tp_doc, const_cast<char *>("An object of another language; opaque here, itself again where it came from.")},
    {0, nullptr},
};
PyType_Spec foreign_spec = {"libasync.Foreign", sizeof(Foreign), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, foreign_slots};

}  // namespace

bool init_value(PyObject *module) { return add_type(module, &foreign_spec, nullptr, "Foreign", &foreign_type); }

bool to_value(PyObject *object, asy_value *out_value) {
  *out_value = asy_value{};
  if (object == Py_None) return true;
  PyTypeObject *type = Py_TYPE(object);
  if (type == &PyBool_Type) {
    asy_value_set_bool(out_value, object == Py_True);
    return true;
  }
  if (type == &PyLong_Type) {
    if (int_to_value(object, out_value)) return true;
  } else if (type == &PyFloat_Type) {
    asy_value_set_double(out_value, PyFloat_AS_DOUBLE(object));
    return true;
  } else if (type == &PyUnicode_Type) {
    Py_ssize_t size;
    if (const char *text = PyUnicode_AsUTF8AndSize(object, &size))
      return checked(asy_value_set_string(out_value, text, static_cast<size_t>(size)));
    PyErr_Clear();  // lone surrogates are no UTF-8; such a string stays Python's
  } else if (type == &PyBytes_Type) {
    return checked(
        asy_value_set_bytes(out_value, PyBytes_AS_STRING(object), static_cast<size_t>(PyBytes_GET_SIZE(object))));
  } else if (PyExceptionInstance_Check(object)) {
    asy_value_set_error(out_value, error_from_exception(object));
    return true;
  } else if (is_future(object) && as_future(object)->handle) {
    if (!future_export(as_future(object))) return false;
    asy_value_set_future(out_value, asy_future_ref(as_future(object)->handle));
    return true;
  } else if (type == foreign_type) {
    return checked(asy_value_copy(&reinterpret_cast<Foreign *>(object)->value, out_value));
  }
  if (asy_generator *generator = generator_handle(object)) {
    asy_value_set_object(out_value, asy_generator_ref(generator), asy_generator_type());
    return true;
  }
  return object_to_value(object, out_value);
}

PyObject *to_python(const asy_value *value) {
  if (!value) Py_RETURN_NONE;
  size_t size;
  switch (asy_value_kind(value)) {
    case ASY_VALUE_NIL: Py_RETURN_NONE;
    case ASY_VALUE_BOOL: return PyBool_FromLong(asy_value_int(value) != 0);
    case ASY_VALUE_INT: return PyLong_FromLongLong(asy_value_int(value));
    case ASY_VALUE_DOUBLE: return PyFloat_FromDouble(asy_value_double(value));
    case ASY_VALUE_STRING: {
      const char *text = static_cast<const char *>(asy_value_data(value, &size));
      return PyUnicode_DecodeUTF8(text, static_cast<Py_ssize_t>(size), "surrogateescape");
    }
    case ASY_VALUE_BYTES: {
      const char *data = static_cast<const char *>(asy_value_data(value, &size));
      return PyBytes_FromStringAndSize(data, static_cast<Py_ssize_t>(size));
    }
    case ASY_VALUE_LIST: return list_to_python(value);
    case ASY_VALUE_ERROR: return exception_from_error(asy_value_error(value));
    case ASY_VALUE_FUTURE: return future_find(asy_value_future(value));
    case ASY_VALUE_OBJECT: {
      if (void *box = asy_value_object(value, &object_type)) return Py_NewRef(static_cast<Box *>(box)->object);
      if (void *box = asy_value_object(value, &exception_type)) return Py_NewRef(static_cast<Box *>(box)->object);
      PyObject *handle = handle_object(value);
      if (handle || PyErr_Occurred()) return handle;
      return foreign_from(value);
    }
    default: return foreign_from(value);
  }
}

}  // namespace asypy
