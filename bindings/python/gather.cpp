#include "members.hpp"

namespace asypy {
namespace {

PyObject *gather(PyObject *, PyObject *const *args, Py_ssize_t count, PyObject *names) {
  uint32_t flags = 0;
  for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(names); i++) {
    int truth = PyObject_IsTrue(args[count + i]);
    if (truth < 0) return nullptr;
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "return_exceptions") != 0) {
      PyErr_Format(PyExc_TypeError, "unexpected keyword argument %R", PyTuple_GET_ITEM(names, i));
      return nullptr;
    }
    flags = truth ? ASY_GATHER_RETURN_ERRORS : 0;
  }
  asy_loop *loop = members_loop(args, count);
  if (!loop) return nullptr;
  Members members;
  if (!members.add(loop, args, count)) return nullptr;
  std::vector<asy_future *> handles = members.handles();
  return future_wrap(asy_gather(loop, handles.data(), handles.size(), flags));
}

}  // namespace

PyMethodDef gather_functions[] = {
    {"gather", as_method(gather), METH_FASTCALL | METH_KEYWORDS,
     "gather(*awaitables, return_exceptions=False)\n--\n\n"
     "Run them at once; the results come as a list in the order given, the first error at once.\n\n"
     "With return_exceptions, errors and cancellations are items of the list."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace asypy
