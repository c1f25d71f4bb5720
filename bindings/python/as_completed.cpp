#include "as_completed.hpp"

namespace asypy {

/* A constructor cannot say that it failed: SWIG's wrapper looks for the exception. */
AsCompleted::AsCompleted(PyObject *awaitables, PyObject *timeout) {
  uint64_t delay = ASY_FOREVER;
  if (timeout && !seconds_to_ns(timeout, &delay)) return;
  if (is_future(awaitables)) {
    raise_not("an iterable of awaitables", awaitables);
    return;
  }
  PyObject *list = PySequence_Fast(awaitables, "an iterable of awaitables is needed");
  if (!list) return;
  PyObject *const *items = PySequence_Fast_ITEMS(list);
  Py_ssize_t count = PySequence_Fast_GET_SIZE(list);
  asy_loop *loop = members_loop(items, count);
  Members members;
  if (loop && members.add(loop, items, count)) {
    members.drop_repeated();
    count_ = members.futures().size();
    bool ready = true;
    for (PyObject *future : members.futures()) ready = ready && future_export(as_future(future));
    std::vector<asy_future *> handles = members.handles();
    asy_status status = asy_completions_new(loop, handles.data(), handles.size(), &handle_);
    if (status == ASY_OK) status = asy_completions_set_timeout(handle_, delay);
    if (ready && status < 0) raise_status(status);
  }
  Py_DECREF(list);
}

PyObject *AsCompleted::__next__() {
  if (given_ == count_) return nullptr;
  given_++;
  return future_wrap(asy_completions_next(handle_), Kind::next_result);
}

PyObject *AsCompleted::__anext__() { return future_wrap(asy_completions_next(handle_), Kind::next_future); }

}  // namespace asypy
