/* A Python coroutine as a task. The Task object is the coroutine's `self` in the core, which holds one reference to it
   until it has ended: a running task is never collected, and the wrapper a program sees is always the same. */
#include "task.hpp"

#include "create_task.hpp"

#include <unordered_map>
#include <utility>

namespace asypy {

PyTypeObject *task_type;
thread_local Task *running_task;

namespace {

Task *live_tasks;

Task *as_task(void *self) { return static_cast<Task *>(self); }

void link(Task *task) {
  task->next = live_tasks;
  task->previous = &live_tasks;
  if (live_tasks) live_tasks->previous = &task->next;
  live_tasks = task;
}

void unlink(Task *task) {
  if (!task->previous) return;
  *task->previous = task->next;
  if (task->next) task->next->previous = task->previous;
  task->previous = nullptr;
}

PySendResult throw_into(PyObject *coroutine, asy_error *thrown, PyObject **out_result) {
  static PyObject *const name = PyUnicode_InternFromString("throw");
  PyObject *exception = exception_from_error(thrown);
  *out_result = PyObject_CallMethodOneArg(coroutine, name, exception);
  Py_DECREF(exception);
  if (*out_result) return PYGEN_NEXT;
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return PYGEN_ERROR;
  PyObject *type, *stop, *traceback;
  PyErr_Fetch(&type, &stop, &traceback);
  PyErr_NormalizeException(&type, &stop, &traceback);
  *out_result = PyObject_GetAttrString(stop, "value");
  Py_XDECREF(type);
  Py_XDECREF(stop);
  Py_XDECREF(traceback);
  return *out_result ? PYGEN_RETURN : PYGEN_ERROR;
}

void step_raise(Task *task, asy_step *out_step) {
  asy_error *error = error_from_raised();
  out_step->kind = ASY_STEP_RAISE;
  out_step->error = error;
  task->finished = true;
  future_adopt_error(&task->base, error);
}

void step_return(Task *task, PyObject *result, asy_step *out_step) {
  if (!to_value(result, &out_step->value)) return step_raise(task, out_step);
  out_step->kind = ASY_STEP_RETURN;
  task->finished = true;
  if (void *box = asy_value_object(&out_step->value, &object_type)) future_adopt(&task->base, static_cast<Box *>(box));
}

/* Throws a TypeError at the await, which names what was awaited. */
void step_refuse(Task *task, PyObject *awaited, asy_step *out_step) {
  bool future = PyObject_HasAttrString(awaited, "_asyncio_future_blocking");
  PyErr_Format(PyExc_TypeError, "task '%s' awaited %s %.200R, which a libasync loop cannot drive",
               asy_task_name(task->base.handle), future ? "an asyncio future" : "a foreign object", awaited);
  out_step->future = asy_future_new_failed(task->loop, error_from_raised());
}

/* Takes over `awaited`. */
void step_await(Task *task, PyObject *awaited, asy_step *out_step) {
  out_step->kind = ASY_STEP_AWAIT;
  if (is_future(awaited) && as_future(awaited)->handle) {
    out_step->future = asy_future_ref(as_future(awaited)->handle);
    task->awaited = as_future(awaited);
    return;
  }
  if (awaited != Py_None) step_refuse(task, awaited, out_step);
  Py_DECREF(awaited);
}

void resume(void *self, asy_task *handle, const asy_value *, asy_error *thrown, asy_step *out_step) {
  Gil gil;  // a loop that another language drives
  Task *task = as_task(self);
  if (!task->base.handle) task->base.handle = handle;  // an eager step, inside the call that makes the task
  Future *awaited = task->awaited;
  task->awaited = nullptr;
  if (PyContext_Enter(task->context) < 0) return step_raise(task, out_step);
  Task *outer = running_task;
  running_task = task;
  unsigned outer_awaited = std::exchange(awaited_done, 0u);
  // A future that failed raises its error itself, as its kind wants it; only what came from elsewhere is thrown in.
  bool own = !thrown || (awaited && awaited->handle && asy_future_error(awaited->handle) == thrown);
  PyObject *result = nullptr;
  PySendResult sent =
      own ? PyIter_Send(task->coroutine, Py_None, &result) : throw_into(task->coroutine, thrown, &result);
  running_task = outer;
  if (outer) awaited_done = outer_awaited;
  PyContext_Exit(task->context);
  Py_XDECREF(reinterpret_cast<PyObject *>(awaited));
  if (sent == PYGEN_NEXT) return step_await(task, result, out_step);
  if (sent == PYGEN_ERROR) return step_raise(task, out_step);
  step_return(task, result, out_step);
  Py_DECREF(result);
}

void destroy(void *self) {
  if (!Py_IsInitialized()) return;
  Gil gil;
  Task *task = as_task(self);
  unlink(task);
  PyObject *coroutine = task->coroutine;
  task->coroutine = nullptr;
  if (!task->finished) {
    // Closing runs the coroutine's `finally` blocks; an exception may be on its way through the caller.
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    bool entered = PyContext_Enter(task->context) == 0;
    PyObject *closed = PyObject_CallMethod(coroutine, "close", nullptr);
    if (!closed) callback_failed(task->loop, "closing an unfinished task");
    Py_XDECREF(closed);
    if (entered) PyContext_Exit(task->context);
    PyErr_Restore(type, value, traceback);
  }
  Py_DECREF(coroutine);
  Py_CLEAR(task->context);
  PyObject *awaited = reinterpret_cast<PyObject *>(task->awaited);
  task->awaited = nullptr;
  Py_XDECREF(awaited);
  Py_DECREF(reinterpret_cast<PyObject *>(task));
}

/* One line per frame, following what each awaits. */
void describe(void *self, asy_line_cb on_line, void *user_data) {
  Gil gil;
  PyObject *at = Py_XNewRef(as_task(self)->coroutine);
  while (at && PyCoro_CheckExact(at)) {
    PyObject *frame = PyObject_GetAttrString(at, "cr_frame");
    if (frame && PyFrame_Check(frame)) {
      PyCodeObject *code = PyFrame_GetCode(reinterpret_cast<PyFrameObject *>(frame));
      PyObject *line =
          PyUnicode_FromFormat("%U:%d in %U", code->co_filename,
                               PyFrame_GetLineNumber(reinterpret_cast<PyFrameObject *>(frame)), code->co_qualname);
      if (line && PyUnicode_AsUTF8(line)) on_line(PyUnicode_AsUTF8(line), user_data);
      Py_XDECREF(line);
      Py_DECREF(code);
    }
    Py_XDECREF(frame);
    PyObject *next = PyObject_GetAttrString(at, "cr_await");
    Py_DECREF(at);
    at = next;
  }
  Py_XDECREF(at);
  PyErr_Clear();
}

const asy_coroutine vtable = {sizeof(asy_coroutine), resume, destroy, describe, nullptr, "python"};

Task *allocate() {
  Task *task = PyObject_GC_New(Task, task_type);
  if (!task) return nullptr;
  Future *base = &task->base;
  base->handle = nullptr;
  base->extra = base->weak = nullptr;
  base->box = nullptr;
  base->callbacks = nullptr;
  base->size = 0;
  base->kind = Kind::plain;
  base->registered = false;
  task->coroutine = task->context = nullptr;
  task->awaited = nullptr;
  task->loop = nullptr;
  task->next = nullptr;
  task->previous = nullptr;
  task->finished = false;
  return task;
}

int task_traverse(PyObject *self, visitproc visit, void *arg) {
  Task *task = as_task(self);
  Py_VISIT(task->coroutine);
  Py_VISIT(task->context);
  Py_VISIT(task->awaited);
  return future_traverse(self, visit, arg);
}

PyType_Slot task_slots[] = {
    {Py_tp_new, reinterpret_cast<void *>(PyType_GenericNew)},
    {Py_tp_init, reinterpret_cast<void *>(task_init)},
    {Py_tp_dealloc, reinterpret_cast<void *>(future_dealloc)},
    {Py_tp_traverse, reinterpret_cast<void *>(task_traverse)},
    {Py_tp_clear, reinterpret_cast<void *>(future_clear)},
    {Py_tp_finalize, reinterpret_cast<void *>(future_finalize)},
    {Py_tp_methods, task_methods},
    {Py_am_await, reinterpret_cast<void *>(PyObject_SelfIter)},
    {Py_am_send, reinterpret_cast<void *>(future_send)},  // 3.11 does not inherit it
    {Py_tp_iternext, reinterpret_cast<void *>(future_next)},
    {Py_tp_doc,
     const_cast<char *>("Task(coro, /, *, loop=None, name=None, context=None, eager_start=False)\n--\n\n"
                        "A future that drives a coroutine; made by create_task(), or here by a task factory.")},
    {0, nullptr},
};
PyType_Spec task_spec = {"libasync.Task", sizeof(Task), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, task_slots};

}  // namespace

bool is_coroutine(PyObject *object) {
  if (PyCoro_CheckExact(object)) return true;
  if (PyGen_CheckExact(object)) {  // made by types.coroutine()
    PyObject *code = PyObject_GetAttrString(object, "gi_code");
    bool iterable = code && (reinterpret_cast<PyCodeObject *>(code)->co_flags & CO_ITERABLE_COROUTINE);
    Py_XDECREF(code);
    return iterable;
  }
  PyTypeObject *type = Py_TYPE(object);
  return type->tp_as_async && type->tp_as_async->am_await && PyObject_HasAttrString(object, "send") &&
         PyObject_HasAttrString(object, "throw") && PyObject_HasAttrString(object, "close");
}

void close_refused(PyObject *coroutine) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyObject *closed = PyObject_CallMethod(coroutine, "close", nullptr);
  if (!closed) PyErr_Clear();
  Py_XDECREF(closed);
  PyErr_Restore(type, value, traceback);
}

PyObject *task_new(asy_loop *loop, PyObject *coroutine, PyObject *name, PyObject *context, bool eager, PyObject *into) {
  asy_task_options options = {};
  options.size = sizeof options;
  if (eager) options.flags = ASY_TASK_EAGER;
  PyObject *text = name && name != Py_None ? PyObject_Str(name) : nullptr;
  if (name && name != Py_None && (!text || !(options.name = PyUnicode_AsUTF8(text)))) {
    Py_XDECREF(text);
    return nullptr;
  }
  Task *task = into ? as_task(Py_NewRef(into)) : allocate();
  if (task) {
    task->loop = loop;
    task->coroutine = Py_NewRef(coroutine);
    task->context = context && context != Py_None ? Py_NewRef(context) : PyContext_CopyCurrent();
    link(task);
    if (!into) PyObject_GC_Track(reinterpret_cast<PyObject *>(task));
    Py_INCREF(reinterpret_cast<PyObject *>(task));  // the core's, given back by destroy()
    asy_task *handle = asy_task_new(loop, &vtable, task, &options);
    if (asy_future_is_task(handle)) {
      task->base.handle = handle;
    } else {
      raise_error(asy_future_error(handle));
      asy_future_unref(handle);
      Py_DECREF(reinterpret_cast<PyObject *>(task));
      task = nullptr;
    }
  }
  Py_XDECREF(text);
  return reinterpret_cast<PyObject *>(task);
}

PyObject *task_wrap(asy_task *handle) {
  Task *task = allocate();
  if (task) {
    task->base.handle = handle;
    task->finished = true;
  } else {
    asy_future_unref(handle);
  }
  return reinterpret_cast<PyObject *>(task);
}

/* Any awaitable, awaited by a task of its own. */
PyObject *drive(asy_loop *loop, PyObject *awaitable) {
  PyObject *module = PyImport_ImportModule("libasync.awaitable");
  PyObject *coroutine = module ? PyObject_CallMethod(module, "drive", "O", awaitable) : nullptr;
  Py_XDECREF(module);
  PyObject *task = coroutine ? task_new(loop, coroutine, nullptr, nullptr) : nullptr;
  Py_XDECREF(coroutine);
  return task;
}

PyObject *ensure_future(asy_loop *loop, PyObject *awaitable) {
  if (is_future(awaitable)) return future_arg(awaitable) ? Py_NewRef(awaitable) : nullptr;
  if (is_coroutine(awaitable)) return task_new(loop, awaitable, nullptr, nullptr);
  PyTypeObject *type = Py_TYPE(awaitable);
  if (type->tp_as_async && type->tp_as_async->am_await) return drive(loop, awaitable);
  return raise_not("an awaitable", awaitable);
}

void task_has_handle(asy_task *handle) {
  if (live_tasks && !live_tasks->base.handle) live_tasks->base.handle = handle;
}

PyObject *future_object(asy_future *handle) {
  for (Task *at = live_tasks; at; at = at->next)
    if (at->base.handle == handle) return Py_NewRef(reinterpret_cast<PyObject *>(at));
  return future_find(handle);
}

PyObject *awaiters_of(asy_future *handle) {
  PyObject *list = PyList_New(0);
  auto on_future = [](asy_future *awaiter, void *user_data) {
    PyObject *object = future_object(awaiter);
    if (!object || PyList_Append(static_cast<PyObject *>(user_data), object) < 0) PyErr_Clear();
    Py_XDECREF(object);
  };
  asy_status status = list ? asy_future_visit_awaiters(handle, on_future, list, nullptr) : ASY_OK;
  if (status == ASY_OK) return list;
  Py_DECREF(list);
  return raise_status(status);
}

PyObject *tasks_of(asy_loop *loop) {
  struct Visit {
    PyObject *tasks = PySet_New(nullptr);
    std::unordered_map<asy_task *, Task *> own;
  } visit;
  if (!visit.tasks) return nullptr;
  for (Task *at = live_tasks; at; at = at->next) visit.own.emplace(at->base.handle, at);
  auto on_task = [](asy_task *handle, void *user_data) {
    auto *to = static_cast<Visit *>(user_data);
    auto at = to->own.find(handle);
    PyObject *task = at == to->own.end() ? future_find(handle) : Py_NewRef(reinterpret_cast<PyObject *>(at->second));
    if (!task || PySet_Add(to->tasks, task) < 0) PyErr_Clear();
    Py_XDECREF(task);
  };
  asy_status status = asy_loop_visit_tasks(loop, on_task, &visit, nullptr);
  if (status == ASY_OK) return visit.tasks;
  Py_DECREF(visit.tasks);
  return raise_status(status);
}

bool init_task(PyObject *module) { return add_type(module, &task_spec, future_type, "Task", &task_type); }

}  // namespace asypy
