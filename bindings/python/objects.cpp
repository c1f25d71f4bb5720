#include "runtime.hpp"

#include <new>

namespace asypy {
namespace {

std::atomic<Box *> abandoned{nullptr};

bool has_gil() { return PyGILState_Check() != 0; }

bool finalizing() {
#if PY_VERSION_HEX >= 0x030d0000
  return Py_IsFinalizing();
#else
  return _Py_IsFinalizing();
#endif
}

void box_free(Box *box) {
  PyObject *object = box->object, *traceback = box->traceback;
  delete box;
  Py_XDECREF(traceback);
  Py_XDECREF(object);
}

int run_pending(void *) {
  release_later();
  return 0;
}

void abandon(Box *box) {
  box->next = abandoned.load(std::memory_order_relaxed);
  while (!abandoned.compare_exchange_weak(box->next, box, std::memory_order_release, std::memory_order_relaxed)) {}
  // The list is emptied at the loop's next chance too, so a full table of pending calls loses nothing.
  Py_AddPendingCall(run_pending, nullptr);
}

}  // namespace

const asy_type object_type = {sizeof(asy_type), "python object", box_ref, box_unref, 0};
const asy_type exception_type = {sizeof(asy_type), "python exception", box_ref, box_unref, 0};

Box *box_new(PyObject *object, PyObject *traceback) {
  Box *box = new (std::nothrow) Box{{1}, object, traceback, nullptr, false};
  if (!box) {
    PyErr_NoMemory();
    return nullptr;
  }
  Py_INCREF(object);
  Py_XINCREF(traceback);
  return box;
}

void box_ref(void *box) { static_cast<Box *>(box)->refs.fetch_add(1, std::memory_order_relaxed); }

void box_unref(void *object) {
  Box *box = static_cast<Box *>(object);
  if (box->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (!Py_IsInitialized() || finalizing()) return;  // the interpreter takes its objects with it
  if (has_gil()) {
    box_free(box);
  } else {
    abandon(box);
  }
}

void release(PyObject *object) {
  if (!object) return;
  if (!Py_IsInitialized() || finalizing()) return;
  if (has_gil()) {
    Py_DECREF(object);
    return;
  }
  if (Box *box = new (std::nothrow) Box{{0}, object, nullptr, nullptr, false}) abandon(box);
}

void release_later() {
  if (!abandoned.load(std::memory_order_relaxed)) return;
  Box *box = abandoned.exchange(nullptr, std::memory_order_acquire);
  while (box) {
    Box *next = box->next;
    box_free(box);
    box = next;
  }
}

}  // namespace asypy
