/* What `yield from` and iter() see of a Future. `await` never comes here: an iteration that goes on while the future is
   pending is a forgotten `await`, and would not end. */
#include "runtime.hpp"

#include <utility>

namespace asypy {
namespace {

struct Iterator {
  PyObject_HEAD PyObject *future;
  bool waited;
};

PyTypeObject *iterator_type;

Iterator *as_iterator(PyObject *self) { return reinterpret_cast<Iterator *>(self); }

PyObject *iterator_next(PyObject *self) {
  Iterator *iterator = as_iterator(self);
  PyObject *result = future_next(iterator->future);
  if (result != iterator->future || !std::exchange(iterator->waited, true)) return result;
  Py_DECREF(result);
  PyErr_SetString(PyExc_RuntimeError, "a future is awaited, not iterated over: write `await`");
  return nullptr;
}

int iterator_traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_iterator(self)->future);
  return 0;
}

void iterator_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  Py_CLEAR(as_iterator(self)->future);
  type->tp_free(self);
  Py_DECREF(type);
}

PyType_Slot iterator_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(iterator_dealloc)},
    {Py_tp_traverse, reinterpret_cast<void *>(iterator_traverse)},
    {Py_tp_iter, reinterpret_cast<void *>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void *>(iterator_next)},
    {0, nullptr},
};
PyType_Spec iterator_spec = {"libasync.FutureIter", sizeof(Iterator), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                             iterator_slots};

}  // namespace

PyObject *future_iter(PyObject *future) {
  PyObject *self = iterator_type->tp_alloc(iterator_type, 0);
  if (self) as_iterator(self)->future = Py_NewRef(future);
  return self;
}

bool init_future_iter(PyObject *module) {
  return add_type(module, &iterator_spec, nullptr, "FutureIter", &iterator_type);
}

}  // namespace asypy
