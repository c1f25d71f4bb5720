/* The extension module libasync._core. SWIG makes a function of every operation of libasync.h, and the classes of
   classes.i; the types that every await goes through are written by hand over the same ABI (runtime.hpp). */
%module(package="libasync") core

%{
#include "as_completed.hpp"
#include "barrier.hpp"
#include "channel.hpp"
#include "condition.hpp"
#include "context_var.hpp"
#include "debug.hpp"
#include "event.hpp"
#include "generator.hpp"
#include "executor.hpp"
#include "group.hpp"
#include "limiter.hpp"
#include "queue.hpp"
#include "semaphore.hpp"
#include "signals.hpp"
#include "stream.hpp"
#include "timeout.hpp"
#include "watch.hpp"

using namespace asypy;
%}

/* SWIG gives every class methods of its own: disown(), acquire(), own(), append() and next(). */
%header %{
static const bool without_methods = (swigobject_methods[0] = PyMethodDef{}, true);
%}

%include "shapes.i"
%include "omit.i"
%include "typemaps.i"
%include "docstrings.i"
%include "methods.i"

/* Bound by hand, as methods of Future, Task, Loop and Handle and as functions; or wrapped by a class in classes.i. */
%rename("$ignore", %$isfunction, regextarget=1) "^asy_(future|task|promise|handle|group|completions|semaphore|event|queue|channel|timeout|lock|condition|barrier|limiter|context|runner|executor|signals|call|generator)_";
%rename("$ignore", %$isfunction, regextarget=1) "^asy_(loop|watch|stream|server)_";
%rename("$ignore", regextarget=1) "^asy_(sleep|wait_for|gather|wait|shield|race)$";
%rename("$ignore", regextarget=1) "^asy_[a-z_]+_(cb|code)$";
%rename("$ignore", regextarget=1) "^ASY_(OP|COMPLETION|VALUE|STEP|TYPE|GATHER)_";
%rename(loop_set_debug) asy_loop_set_debug;
%rename(loop_is_debug) asy_loop_is_debug;
%rename(loop_set_slow_step) asy_loop_set_slow_step;
%rename(loop_read_metrics) asy_loop_read_metrics;
%rename(loop_visit_live) asy_loop_visit_live;
%rename(loop_dump) asy_loop_dump;
%rename(loop_shutdown) asy_loop_shutdown;
%rename(future_place) asy_future_place;
%rename(loop_add_signal_handler) asy_loop_add_signal_handler;
%rename(watch_new) asy_watch_new;
%rename(stream_connect) asy_stream_connect;
%rename(server_new) asy_server_new;

/* A metaclass that refuses new class attributes would break mock.patch(). */
%init %{
  metatype = &PyType_Type;
%}

/* SWIG passes no keywords on, and would make a tuple of the arguments for every task. */
%{
static PyObject *group_create_task(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  auto *group = static_cast<TaskGroup *>(reinterpret_cast<SwigPyObject *>(self)->ptr);
  if (group) return group->add(args, count, names);
  PyErr_SetString(PyExc_RuntimeError, "the task group was never initialised: call super().__init__()");
  return nullptr;
}
%}
%extend asypy::TaskGroup {
  PyObject *create_task(PyObject *coro) { return $self->add(&coro, 1, nullptr); }
}
%init %{
  for (PyMethodDef *at = SwigPyBuiltin__asypy__TaskGroup_methods; at->ml_name; at++) {
    if (strcmp(at->ml_name, "create_task") != 0) continue;
    at->ml_meth = asypy::as_method(group_create_task);
    at->ml_flags = METH_FASTCALL | METH_KEYWORDS;
  }
%}

namespace asypy {
PyObject *remove_signal_handler(asy_loop *loop, int32_t signum);
}
%include "classes.i"
%include "libasync.h"

%{
namespace asypy {

PyObject *stream_object(asy_stream *stream) {
  PyObject *self = nullptr;
  return SWIG_NewPointerObj(stream, SWIGTYPE_p_asy_stream, SWIG_POINTER_OWN);
}

PyObject *context_token_object(asy_context_token *token) {
  PyObject *self = nullptr;
  return SWIG_NewPointerObj(token, SWIGTYPE_p_asy_context_token, SWIG_POINTER_OWN);
}

asy_generator *generator_handle(PyObject *object) {
  if (!generator_class || !PyObject_TypeCheck(object, generator_class)) return nullptr;
  auto *generator = static_cast<Generator *>(reinterpret_cast<SwigPyObject *>(object)->ptr);
  return generator ? generator->handle() : nullptr;
}

PyObject *handle_object(const asy_value *value) {
  if (void *stream = asy_value_object(value, asy_stream_type()))
    return stream_object(asy_stream_ref(static_cast<asy_stream *>(stream)));
  if (void *generator = asy_value_object(value, asy_generator_type())) {
    PyObject *self = nullptr;
    auto *wrapper = new Generator(asy_generator_ref(static_cast<asy_generator *>(generator)));
    return SWIG_NewPointerObj(wrapper, SWIGTYPE_p_asypy__Generator, SWIG_POINTER_OWN);
  }
  return nullptr;
}

}  // namespace asypy
%}

%init %{
  if (!asypy::init_module(m)) return nullptr;
  asypy::name_classes(d);
%}
