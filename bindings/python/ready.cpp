#include "runtime.hpp"

namespace asypy {
namespace {

struct Ready {
  PyObject_HEAD PyObject *value;
  bool yields;
};

PyTypeObject *ready_type;

/* They live for one await: a few are kept, type and all. */
constexpr int spare_limit = 64;
Ready *spare[spare_limit];
int spare_count;

void ready_dealloc(PyObject *self) {
  auto *ready = reinterpret_cast<Ready *>(self);
  Py_CLEAR(ready->value);
  if (spare_count < spare_limit) {
    spare[spare_count++] = ready;
    return;
  }
  PyTypeObject *type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

Ready *allocate() {
  if (!spare_count) return PyObject_New(Ready, ready_type);
  Ready *ready = spare[--spare_count];
  _Py_NewReference(reinterpret_cast<PyObject *>(ready));
  return ready;
}

PySendResult ready_send(PyObject *self, PyObject *, PyObject **out_result) {
  auto *ready = reinterpret_cast<Ready *>(self);
  if (ready->yields) {
    ready->yields = false;
    *out_result = Py_NewRef(Py_None);
    return PYGEN_NEXT;
  }
  *out_result = Py_NewRef(ready->value);
  return PYGEN_RETURN;
}

PyObject *ready_next(PyObject *self) {
  PyObject *result;
  if (ready_send(self, nullptr, &result) == PYGEN_NEXT) return result;
  PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result);
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop);
  Py_XDECREF(stop);
  Py_DECREF(result);
  return nullptr;
}

PyType_Slot ready_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(ready_dealloc)},
    {Py_am_await, reinterpret_cast<void *>(PyObject_SelfIter)},
    {Py_am_send, reinterpret_cast<void *>(ready_send)},
    {Py_tp_iter, reinterpret_cast<void *>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void *>(ready_next)},
    {Py_tp_doc, const_cast<char *>("An awaitable that needs no future.")},
    {0, nullptr},
};
PyType_Spec ready_spec = {"libasync.Ready", sizeof(Ready), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                          ready_slots};

PyObject *make(PyObject *value, bool yields) {
  Ready *ready = allocate();
  if (!ready) return nullptr;
  ready->value = Py_NewRef(value);
  ready->yields = yields;
  return reinterpret_cast<PyObject *>(ready);
}

}  // namespace

PyObject *ready_new(PyObject *value) { return make(value, false); }
PyObject *ready_after_yield(PyObject *value) { return make(value, true); }
bool init_ready(PyObject *module) { return add_type(module, &ready_spec, nullptr, "Ready", &ready_type); }

}  // namespace asypy
