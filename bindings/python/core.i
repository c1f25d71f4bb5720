/* The extension module libasync._core. SWIG makes a function of every function of libasync.h, and the classes of
   classes.i; the types that every await goes through are written by hand over the same ABI (runtime.hpp). */
%module(package="libasync") core

%{
#include "as_completed.hpp"
#include "event.hpp"
#include "group.hpp"
#include "promise.hpp"
#include "queue.hpp"
#include "semaphore.hpp"
#include "stream.hpp"
#include "timeout.hpp"
#include "watch.hpp"

using asypy::Semaphore, asypy::Event, asypy::Queue, asypy::Timeout, asypy::TaskGroup, asypy::AsCompleted, asypy::Promise;
%}

%include "shapes.i"
%include "omit.i"
%include "typemaps.i"
%include "docstrings.i"

/* Bound by hand, as methods of Future, Task, Loop and Handle and as functions; or wrapped by a class in classes.i. */
%rename("$ignore", regextarget=1) "^asy_(future|task|promise|handle|group|completions|semaphore|event|queue|timeout)_";
%rename("$ignore", regextarget=1) "^asy_loop_(new|current|run|data|set_|call_|report|close|stop)";
%rename("$ignore", regextarget=1) "^asy_(sleep|wait_for|gather)$";
%rename("$ignore", regextarget=1) "^asy_[a-z_]+_(cb|flag|kind|code|options)$";

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
  PyObject *self = nullptr;
  if (void *stream = asy_value_object(value, asy_stream_type()))
    return stream_object(asy_stream_ref(static_cast<asy_stream *>(stream)));
  if (void *transport = asy_value_object(value, asy_transport_type()))
    return SWIG_NewPointerObj(asy_transport_ref(static_cast<asy_transport *>(transport)), SWIGTYPE_p_asy_transport,
                              SWIG_POINTER_OWN);
  return nullptr;
}

}  // namespace asypy
%}

%init %{
  if (!asypy::init_module(m)) return nullptr;
%}
