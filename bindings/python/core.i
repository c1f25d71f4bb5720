/* The extension module libasync._core. SWIG makes a function of every operation of libasync.h, and the classes of
   classes.i; the types that every await goes through are written by hand over the same ABI (runtime.hpp). */
%module(package="libasync") core

%{
#include "as_completed.hpp"
#include "barrier.hpp"
#include "condition.hpp"
#include "event.hpp"
#include "group.hpp"
#include "limiter.hpp"
#include "queue.hpp"
#include "semaphore.hpp"
#include "stream.hpp"
#include "timeout.hpp"
#include "watch.hpp"

using namespace asypy;
%}

%include "shapes.i"
%include "omit.i"
%include "typemaps.i"
%include "docstrings.i"
%include "methods.i"

/* Bound by hand, as methods of Future, Task, Loop and Handle and as functions; or wrapped by a class in classes.i. */
%rename("$ignore", %$isfunction, regextarget=1) "^asy_(future|task|promise|handle|group|completions|semaphore|event|queue|timeout|lock|condition|barrier|limiter)_";
%rename("$ignore", %$isfunction, regextarget=1) "^asy_(loop|watch|stream|server)_";
%rename("$ignore", regextarget=1) "^asy_(sleep|wait_for|gather)$";
%rename("$ignore", regextarget=1) "^asy_[a-z_]+_(cb|code)$";
%rename("$ignore", regextarget=1) "^ASY_(OP|COMPLETION|VALUE|STEP|TYPE|GATHER)_";
%rename(watch_new) asy_watch_new;
%rename(stream_connect) asy_stream_connect;
%rename(server_new) asy_server_new;

/* A metaclass that refuses new class attributes would break mock.patch(). */
%init %{
  metatype = &PyType_Type;
%}

%include "classes.i"
%include "libasync.h"

%{
namespace asypy {

PyObject *stream_object(asy_stream *stream) {
  PyObject *self = nullptr;
  return SWIG_NewPointerObj(stream, SWIGTYPE_p_asy_stream, SWIG_POINTER_OWN);
}

PyObject *handle_object(const asy_value *value) {
  if (void *stream = asy_value_object(value, asy_stream_type()))
    return stream_object(asy_stream_ref(static_cast<asy_stream *>(stream)));
  return nullptr;
}

}  // namespace asypy
%}

%init %{
  if (!asypy::init_module(m)) return nullptr;
  asypy::name_classes(d);
%}
