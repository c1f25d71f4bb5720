/* The two halves of Task: how it runs (task.cpp), what it offers (task_methods.cpp). */
#pragma once
#include "runtime.hpp"

namespace asypy {

struct Task {
  Future base;
  PyObject *coroutine;  // NULL once the core has let go of it, and for tasks of other languages
  PyObject *context;
  Future *awaited;  // what the last step yielded; owned
  asy_loop *loop;   // borrowed
  Task *next, **previous;
  bool finished;
};

extern thread_local Task *running_task;  // whose step is on the stack
extern PyMethodDef task_methods[];
PyObject *tasks_of(asy_loop *loop);
PyObject *future_object(asy_future *handle);  // new reference: the object a program knows it by
void task_has_handle(asy_task *handle);       // inside the call that makes a task
PyObject *awaiters_of(asy_future *handle);    // a list
PyObject *task_repr(PyObject *self, const char *state, const char *created, const char *place);

}  // namespace asypy
