/* Loop.set_task_hooks(): what tracers and profilers hear about every task, of every language. */
#include "task.hpp"

#include "loop.hpp"

namespace asypy {
namespace {

struct Hooks {
  asy_loop *loop;  // borrowed: they are its own
  PyObject *created, *switched, *finished;
};

void tell(Hooks *hooks, PyObject *hook, asy_task *handle, PyObject *more) {
  if (!hook) return;
  PyObject *kept = Py_NewRef(hook), *task = future_object(handle);
  PyObject *answer = task ? PyObject_CallFunctionObjArgs(kept, task, more, nullptr) : nullptr;
  if (!answer) callback_failed(hooks->loop, "task hook");
  Py_XDECREF(answer);
  Py_XDECREF(task);
  Py_DECREF(kept);
}

void on_created(asy_task *task, void *user_data) {
  Gil gil;
  task_has_handle(task);
  tell(static_cast<Hooks *>(user_data), static_cast<Hooks *>(user_data)->created, task, nullptr);
}

void on_switched(asy_task *task, int32_t entered, void *user_data) {
  Gil gil;
  auto *hooks = static_cast<Hooks *>(user_data);
  tell(hooks, hooks->switched, task, entered ? Py_True : Py_False);
}

void on_finished(asy_task *task, void *user_data) {
  Gil gil;
  tell(static_cast<Hooks *>(user_data), static_cast<Hooks *>(user_data)->finished, task, nullptr);
}

void on_free(void *user_data) {
  auto *hooks = static_cast<Hooks *>(user_data);
  release(hooks->created);
  release(hooks->switched);
  release(hooks->finished);
  delete hooks;
}

/* A new reference; NULL for None. False: exception set. */
bool hook_of(PyObject *object, PyObject **out_hook) {
  *out_hook = nullptr;
  if (object == Py_None) return true;
  if (!PyCallable_Check(object)) {
    raise_not("a callable or None", object);
    return false;
  }
  *out_hook = Py_NewRef(object);
  return true;
}

}  // namespace

PyObject *set_task_hooks(PyObject *self, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"created", "switched", "finished", nullptr};
  PyObject *created = Py_None, *switched = Py_None, *finished = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$OOO:set_task_hooks", const_cast<char **>(names), &created,
                                   &switched, &finished))
    return nullptr;
  asy_loop *loop = as_loop(self)->handle;
  auto *made = new Hooks{loop, nullptr, nullptr, nullptr};
  if (!hook_of(created, &made->created) || !hook_of(switched, &made->switched) || !hook_of(finished, &made->finished)) {
    on_free(made);
    return nullptr;
  }
  asy_task_hooks hooks = {};
  hooks.size = sizeof hooks;
  hooks.on_created = on_created;
  if (made->switched) hooks.on_switched = on_switched;
  if (made->finished) hooks.on_finished = on_finished;
  hooks.user_data = made;
  hooks.on_free = on_free;
  asy_status status = asy_loop_set_task_hooks(loop, &hooks);
  if (status < 0) return raise_status(status);
  Py_RETURN_NONE;
}

}  // namespace asypy
