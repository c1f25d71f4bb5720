/* Future: the awaitable in front of every asy_future. Light until it holds something a cycle could go through: only
   then is it tracked by the collector.

   An exception or object that sits in the core is invisible to Python's collector, and an awaited exception's traceback
   refers to the frame that awaits. So the first wrapper that sees an outcome adopts its box: it shows the box's
   references to the collector. If the collector then finds all of it garbage, future_finalize() lets go of the core's
   future; was that the box's last owner, the cycle is gone, and was it not, the collector's second look finds the
   objects alive and leaves them alone. */
#include "future.hpp"

#include <unordered_map>
#include <utility>

namespace asypy {

PyTypeObject *future_type;
thread_local unsigned awaited_done;

namespace {

constexpr unsigned awaited_done_limit = 128;

std::unordered_map<asy_future *, Future *> exported;

void track(Future *future) {
  PyObject *self = reinterpret_cast<PyObject *>(future);
  if (!PyObject_GC_IsTracked(self)) PyObject_GC_Track(self);
}

Box *box_of(const asy_value *value) { return static_cast<Box *>(asy_value_object(value, &object_type)); }
Box *box_of(asy_error *error) { return static_cast<Box *>(asy_error_object(error, &exception_type)); }

/* Lets go of the core's future, not of the Python object. */
void detach(Future *future) {
  if (future->registered) exported.erase(future->handle);
  future->registered = false;
  for (Callback *at = future->callbacks; at; at = at->next) at->owner = nullptr;
  future->callbacks = nullptr;
  while (Box *box = future->box) {
    future->box = std::exchange(box->next, nullptr);
    box->adopted = false;
    box_unref(box);
  }
  if (asy_future *handle = future->handle) {
    future->handle = nullptr;
    asy_future_unref(handle);
  }
}

PyObject *value_outcome(Future *future, const asy_value *value) {
  switch (future->kind) {
    case Kind::result: return Py_NewRef(future->extra ? future->extra : Py_None);
    case Kind::next_result: {  // the member is kept where the collector sees it: it shows what its outcome holds
      if (!future->extra && (future->extra = future_find(asy_value_future(value)))) track(future);
      return future->extra ? future_outcome(as_future(future->extra)) : nullptr;
    }
    case Kind::group_exit: return PyBool_FromLong(future->extra != nullptr);
    default:
      if (Box *box = box_of(value)) future_adopt(future, box);
      return to_python(value);
  }
}

PyObject *incomplete(asy_error *error, bool line, Kind kind, size_t size) {
  const char *data = "";
  size_t count = 0;
  if (auto *partial = static_cast<asy_bytes *>(asy_error_object(error, asy_bytes_type()))) {
    data = static_cast<const char *>(asy_bytes_data(partial));
    count = asy_bytes_size(partial);
  }
  if (line && (count || kind == Kind::line)) return PyBytes_FromStringAndSize(data, static_cast<Py_ssize_t>(count));
  if (line) {
    PyErr_SetNone(PyExc_StopAsyncIteration);
    return nullptr;
  }
  PyObject *raised = PyObject_CallFunction(classes.incomplete_read, "y#n", data, static_cast<Py_ssize_t>(count),
                                           static_cast<Py_ssize_t>(size));
  if (raised) PyErr_SetObject(classes.incomplete_read, raised);
  Py_XDECREF(raised);
  return nullptr;
}

/* The body's end was no cause of a group's errors, nor does it say more than they do. */
void without_context() {
  PyObject *type, *raised, *traceback;
  PyErr_Fetch(&type, &raised, &traceback);
  PyException_SetContext(raised, nullptr);
  PyErr_Restore(type, raised, traceback);
}

PyObject *error_outcome(Future *future, asy_error *error) {
  asy_status code = asy_error_code(error);
  Box *box = box_of(error);
  switch (future->kind) {
    case Kind::queue:
    case Kind::queue_item:
      if (code != ASY_E_CLOSED || box) break;
      PyErr_SetNone(future->kind == Kind::queue ? classes.queue_shutdown : PyExc_StopAsyncIteration);
      return nullptr;
    case Kind::exactly:
    case Kind::line:
    case Kind::line_item:
      if (code != ASY_E_EOF || box) break;
      return incomplete(error, future->kind != Kind::exactly, future->kind, future->size);
    case Kind::next_future:
    case Kind::item:
      if (code != ASY_E_END || box) break;
      PyErr_SetNone(PyExc_StopAsyncIteration);
      return nullptr;
    case Kind::group_exit:
      if (future->size == reinterpret_cast<uintptr_t>(error) || (box && box->object == future->extra)) {
        Py_RETURN_FALSE;  // `async with` raises it itself
      }
      break;
    default: break;
  }
  future_adopt_error(future, error);
  raise_error(error);
  if (future->kind == Kind::group_exit && code == ASY_E_GROUP && !box) without_context();
  return nullptr;
}

int future_init(PyObject *self, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"loop", nullptr};
  PyObject *loop = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$O:Future", const_cast<char **>(names), &loop)) return -1;
  asy_loop *handle = loop_arg_or_current(loop);
  if (!handle || !future_is_new(self)) return -1;
  as_future(self)->handle = asy_future_new(handle);
  return 0;
}

Py_hash_t future_hash(PyObject *self) {
  void *handle = as_future(self)->handle;
  return static_cast<Py_hash_t>(reinterpret_cast<uintptr_t>(handle ? handle : self) >> 4);
}

/* Two wrappers of one future are equal. */
PyObject *future_compare(PyObject *self, PyObject *other, int operation) {
  if ((operation != Py_EQ && operation != Py_NE) || !is_future(other)) Py_RETURN_NOTIMPLEMENTED;
  bool equal = self == other || (as_future(self)->handle && as_future(self)->handle == as_future(other)->handle);
  return PyBool_FromLong(equal == (operation == Py_EQ));
}

PyMemberDef future_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Future, weak), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
PyType_Slot future_slots[] = {
    {Py_tp_new, reinterpret_cast<void *>(PyType_GenericNew)},
    {Py_tp_init, reinterpret_cast<void *>(future_init)},
    {Py_tp_dealloc, reinterpret_cast<void *>(future_dealloc)},
    {Py_tp_traverse, reinterpret_cast<void *>(future_traverse)},
    {Py_tp_clear, reinterpret_cast<void *>(future_clear)},
    {Py_tp_finalize, reinterpret_cast<void *>(future_finalize)},
    {Py_tp_hash, reinterpret_cast<void *>(future_hash)},
    {Py_tp_richcompare, reinterpret_cast<void *>(future_compare)},
    {Py_tp_repr, reinterpret_cast<void *>(future_repr)},
    {Py_tp_methods, future_methods},
    {Py_tp_members, future_members},
    {Py_am_await, reinterpret_cast<void *>(PyObject_SelfIter)},
    {Py_am_send, reinterpret_cast<void *>(future_send)},
    {Py_tp_iter, reinterpret_cast<void *>(future_iter)},
    {Py_tp_iternext, reinterpret_cast<void *>(future_next)},
    {Py_tp_doc, const_cast<char *>("Future(*, loop=None)\n--\n\n"
                                   "The outcome of an operation that may still be running; await it.")},
    {0, nullptr},
};
PyType_Spec future_spec = {"libasync.Future", sizeof(Future), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, future_slots};

}  // namespace

PySendResult future_send(PyObject *self, PyObject *, PyObject **out_result) {
  Future *future = as_future(self);
  if (future->handle && !asy_future_is_done(future->handle)) {
    *out_result = Py_NewRef(self);
    return PYGEN_NEXT;
  }
  if (++awaited_done >= awaited_done_limit) {
    awaited_done = 0;
    *out_result = Py_NewRef(Py_None);
    return PYGEN_NEXT;
  }
  *out_result = future_outcome(future);
  return *out_result ? PYGEN_RETURN : PYGEN_ERROR;
}

PyObject *future_next(PyObject *self) {
  PyObject *result;
  PySendResult sent = future_send(self, nullptr, &result);
  if (sent != PYGEN_RETURN) return result;
  PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result);
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop);
  Py_XDECREF(stop);
  Py_DECREF(result);
  return nullptr;
}

int future_traverse(PyObject *self, visitproc visit, void *arg) {
  Future *future = as_future(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(future->extra);
  for (const Box *box = future->box; box; box = box->next) {
    Py_VISIT(box->object);
    Py_VISIT(box->traceback);
  }
  return 0;
}

int future_clear(PyObject *self) {
  Py_CLEAR(as_future(self)->extra);
  return 0;
}

/* A wrapper that leads to a member's leads to its box in the core, too. */
void future_finalize(PyObject *self) {
  Future *future = as_future(self);
  if (future->box || (future->kind == Kind::next_result && future->extra)) detach(future);
}

void future_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (as_future(self)->weak) PyObject_ClearWeakRefs(self);
  detach(as_future(self));
  Py_CLEAR(as_future(self)->extra);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject *future_wrap(asy_future *handle, Kind kind, PyObject *extra, size_t size) {
  Future *future = PyObject_GC_New(Future, future_type);
  if (!future) {
    asy_future_unref(handle);
    return nullptr;
  }
  future->handle = handle;
  future->extra = Py_XNewRef(extra);
  future->weak = nullptr;
  future->box = nullptr;
  future->callbacks = nullptr;
  future->size = size;
  future->kind = kind;
  future->registered = false;
  if (extra) track(future);
  return reinterpret_cast<PyObject *>(future);
}

asy_future *future_arg(PyObject *object) {
  if (is_future(object) && as_future(object)->handle) return as_future(object)->handle;
  raise_not("a libasync future", object);
  return nullptr;
}

PyObject *future_find(asy_future *handle) {
  auto at = exported.find(handle);
  if (at != exported.end()) return Py_NewRef(reinterpret_cast<PyObject *>(at->second));
  asy_future_ref(handle);
  return asy_future_is_task(handle) ? task_wrap(handle) : future_wrap(handle);
}

bool future_export(Future *future) {
  if (future->registered) return true;
  try {
    future->registered = exported.emplace(future->handle, future).second;
  } catch (const std::bad_alloc &) {
    PyErr_NoMemory();
    return false;
  }
  return true;
}

void future_adopt(Future *future, Box *box) {
  if (box->adopted) return;
  box_ref(box);
  box->adopted = true;
  box->next = future->box;
  future->box = box;
  track(future);
}

/* With those of a group's errors, down to a depth that nobody reaches. */
static void adopt_tree(Future *future, asy_error *error, int depth) {
  if (Box *box = box_of(error)) future_adopt(future, box);
  const size_t count = depth ? asy_error_child_count(error) : 0;
  for (size_t i = 0; i < count; i++) adopt_tree(future, asy_error_child(error, i), depth - 1);
}

void future_adopt_error(Future *future, asy_error *error) {
  if (!future->box) adopt_tree(future, error, 100);
}

bool future_is_new(PyObject *self) {
  if (as_future(self)->handle) PyErr_SetString(PyExc_RuntimeError, "it was initialised before");
  return !as_future(self)->handle;
}

bool future_is_usable(PyObject *self) {
  if (!as_future(self)->handle)
    PyErr_SetString(PyExc_RuntimeError, "the object was never initialised: call super().__init__()");
  return as_future(self)->handle != nullptr;
}

PyObject *future_outcome(Future *future) {
  if (!future_is_usable(reinterpret_cast<PyObject *>(future))) return nullptr;
  asy_status status = asy_future_status(future->handle);
  if (status == ASY_OK) return value_outcome(future, asy_future_value(future->handle));
  if (!asy_future_is_done(future->handle)) {
    PyErr_SetString(classes.invalid_state, "the future is not done");
    return nullptr;
  }
  asy_error *error = asy_future_error(future->handle);
  return error ? error_outcome(future, error) : raise_status(status);
}

void future_adopt_value(Future *future) {
  const asy_value *value = asy_future_value(future->handle);
  if (Box *box = value ? box_of(value) : nullptr) future_adopt(future, box);
}

bool init_future(PyObject *module) { return add_type(module, &future_spec, nullptr, "Future", &future_type); }

}  // namespace asypy
