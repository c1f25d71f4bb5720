#include "members.hpp"

#include <unordered_map>
#include <unordered_set>

namespace asypy {

Members::~Members() {
  for (PyObject *future : futures_) Py_DECREF(future);
}

bool Members::add(asy_loop *loop, PyObject *const *awaitables, Py_ssize_t count) {
  std::unordered_map<PyObject *, PyObject *> known;
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject *object = awaitables[i];
    auto at = known.find(object);
    PyObject *future;
    if (at != known.end()) {
      future = Py_NewRef(at->second);
    } else if (is_future(object) && as_future(object)->kind != Kind::plain) {
      future = drive(loop, object);  // its outcome is Python's to make
    } else {
      future = ensure_future(loop, object);
    }
    if (!future) {
      PyObject *type, *value, *traceback;
      PyErr_Fetch(&type, &value, &traceback);
      for (const auto &[given, made] : known)
        if (given != made) asy_future_cancel(as_future(made)->handle, nullptr);
      for (; i < count; i++)
        if (is_coroutine(awaitables[i])) close_refused(awaitables[i]);
      PyErr_Restore(type, value, traceback);
      return false;
    }
    known.emplace(object, future);
    futures_.push_back(future);
  }
  return true;
}

void Members::drop_repeated() {
  std::unordered_set<PyObject *> seen;
  auto repeated = [&seen](PyObject *future) {
    if (seen.insert(future).second) return false;
    Py_DECREF(future);
    return true;
  };
  std::vector<PyObject *> kept;
  for (PyObject *future : futures_)
    if (!repeated(future)) kept.push_back(future);
  futures_.swap(kept);
}

std::vector<asy_future *> Members::handles() const {
  std::vector<asy_future *> handles;
  for (PyObject *future : futures_) handles.push_back(asy_future_ref(as_future(future)->handle));
  return handles;
}

asy_loop *members_loop(PyObject *const *awaitables, Py_ssize_t count) {
  for (Py_ssize_t i = 0; i < count; i++)
    if (is_future(awaitables[i]) && as_future(awaitables[i])->handle)
      if (asy_loop *loop = asy_future_loop(as_future(awaitables[i])->handle)) return loop;
  asy_loop *loop = current_loop();
  for (Py_ssize_t i = 0; !loop && i < count; i++)
    if (is_coroutine(awaitables[i])) close_refused(awaitables[i]);
  return loop;
}

}  // namespace asypy
