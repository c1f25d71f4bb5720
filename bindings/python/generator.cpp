/* Generator. A Python iterator behind one is stepped by tasks of their own (libasync/generators.py). */
#include "generator.hpp"

#include <new>

namespace asypy {
namespace {

/* A step may be asked for between two runs of the loop, when none is current. */
struct Steps {
  PyObject *iterator;
  asy_loop *loop;  // borrowed: the generator is the loop's
};

/* Makes a task of generators.NAME(iterator, argument); a failed future when that fails. */
asy_future *step(const char *name, void *self, PyObject *argument) {
  const auto *of = static_cast<Steps *>(self);
  asy_loop *loop = of->loop;
  PyObject *module = PyImport_ImportModule("libasync.generators");
  PyObject *coroutine = module ? PyObject_CallMethod(module, name, "OO", of->iterator, argument) : nullptr;
  PyObject *task = coroutine ? task_new(loop, coroutine, nullptr, nullptr) : nullptr;
  asy_future *handle =
      task ? asy_future_ref(as_future(task)->handle) : asy_future_new_failed(loop, error_from_raised());
  Py_XDECREF(task);
  Py_XDECREF(coroutine);
  Py_XDECREF(module);
  return handle;
}

asy_future *next(void *self, const asy_value *sent, asy_error *thrown) {
  Gil gil;
  PyObject *argument = thrown ? exception_from_error(thrown) : to_python(sent);
  if (!argument) return asy_future_new_failed(static_cast<Steps *>(self)->loop, error_from_raised());
  asy_future *future = step(thrown ? "throw" : "send", self, argument);
  Py_DECREF(argument);
  return future;
}

asy_future *finish(void *self) {
  Gil gil;
  return step("close", self, Py_None);
}

void destroy(void *self) {
  auto *of = static_cast<Steps *>(self);
  release(of->iterator);
  delete of;
}

const asy_iterator vtable = {sizeof(asy_iterator), next, finish, destroy, nullptr, "python"};

}  // namespace

Generator::Generator(PyObject *iterable) {
  asy_loop *loop = current_loop();
  PyObject *iterator = loop ? PyObject_GetAIter(iterable) : nullptr;
  if (!iterator) return;
  auto *steps = new (std::nothrow) Steps{iterator, loop};
  if (!steps) {
    Py_DECREF(iterator);
    PyErr_NoMemory();
    return;
  }
  asy_status status = asy_generator_new(loop, &vtable, steps, &handle_);
  if (status < 0) raise_status(status);
}

PyObject *Generator::asend(PyObject *object) {
  asy_value value;
  if (!to_value(object, &value)) return nullptr;
  return future_wrap(asy_generator_send(handle_, &value), Kind::item);
}

PyObject *Generator::athrow(PyObject *given) {
  PyObject *exception = exception_given(given);
  if (!exception) return nullptr;
  asy_error *error = error_from_exception(exception);
  Py_DECREF(exception);
  return future_wrap(asy_generator_throw(handle_, error), Kind::item);
}

size_t open_scopes() {
  asy_loop *loop = asy_loop_current();
  asy_task *task = loop ? asy_task_current(loop) : nullptr;
  int32_t depth = task ? asy_task_scope_depth(task) : 0;
  return depth > 0 ? static_cast<size_t>(depth) : 0;
}

}  // namespace asypy
