/** @file
 * @brief What an extension module needs to bridge another library to Python through libasync: futures become
 * awaitables, objects values. See curl/ for a module made with it and asy_python.i. */
#ifndef ASY_PYTHON_H
#define ASY_PYTHON_H

#include <Python.h>

#include <libasync.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASY_PYTHON_API "libasync._core._C_API"

/** The table; members are only added at the end, and `size` says how far it reaches. The GIL is held for every call. */
typedef struct asy_python_api {
  size_t size;
  /** The loop of a libasync.Loop, for None the running one; borrowed; NULL with an exception set. */
  asy_loop *(*loop)(PyObject *object);
  /** The awaitable in front of a future; takes the reference; NULL with an exception set. */
  PyObject *(*future)(asy_future *future);
  /** Raises what a negative status means; returns NULL. */
  PyObject *(*raise_status)(asy_status status);
  /** Makes a value of any object; 0, or -1 with an exception set. */
  int (*to_value)(PyObject *object, asy_value *out_value);
  /** Makes an object of a value; a new reference, or NULL with an exception set. */
  PyObject *(*to_python)(const asy_value *value);
  /** Starts a coroutine as a task of any loop that this thread owns, which Python need not have made; borrows both. The
      caller owns the task; NULL with an exception set. */
  asy_task *(*spawn)(asy_loop *loop, PyObject *coroutine);
} asy_python_api;

/** Imports libasync and gives its table; NULL with an exception set. */
static inline const asy_python_api *asy_python_import(void) {
  return (const asy_python_api *)PyCapsule_Import(ASY_PYTHON_API, 0);
}

#ifdef __cplusplus
}
#endif
#endif
