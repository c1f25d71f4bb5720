#include "runtime.hpp"

#include <cstring>
#include <string>
#include <vector>

namespace asypy {

Classes classes;

namespace {

constexpr int frames_kept = 32;

PyObject *gaierror;

/* The frames of a traceback, outermost first; the newest `frames_kept` of a long one. */
void append_frames(std::string &text, PyObject *traceback) {
  int count = 0;
  auto next = [](PyObject *at) {
    return reinterpret_cast<PyObject *>(reinterpret_cast<PyTracebackObject *>(at)->tb_next);
  };
  for (PyObject *at = traceback; at; at = next(at)) count++;
  for (PyObject *at = traceback; at; at = next(at)) {
    if (count-- > frames_kept) continue;
    auto *entry = reinterpret_cast<PyTracebackObject *>(at);
    PyCodeObject *code = PyFrame_GetCode(entry->tb_frame);
    const char *file = PyUnicode_AsUTF8(code->co_filename), *name = PyUnicode_AsUTF8(code->co_name);
    text += "  File \"";
    text += file ? file : "?";
    text += "\", line " + std::to_string(PyCode_Addr2Line(code, entry->tb_lasti)) + ", in ";
    text += name ? name : "?";
    text += "\n";
    Py_DECREF(code);
    PyErr_Clear();
  }
}

/* "ValueError: what it says"; an exception that cannot be printed gives its type alone. */
std::string describe(PyObject *exception) {
  std::string text = Py_TYPE(exception)->tp_name;
  PyObject *said = PyObject_Str(exception);
  const char *utf8 = said ? PyUnicode_AsUTF8(said) : nullptr;
  if (utf8 && *utf8) {
    text += ": ";
    text += utf8;
  }
  Py_XDECREF(said);
  PyErr_Clear();
  return text;
}

int64_t errno_of(PyObject *exception) {
  int64_t code = 0;
  if (PyObject *number = PyObject_GetAttrString(exception, "errno")) {
    if (PyLong_Check(number)) code = PyLong_AsLongLong(number);
    Py_DECREF(number);
  }
  PyErr_Clear();
  return code;
}

asy_status code_of(PyObject *exception, int64_t *out_os_code) {
  auto is = [exception](PyObject *type) { return type && PyErr_GivenExceptionMatches(exception, type) != 0; };
  if (is(classes.cancelled)) return ASY_E_CANCELLED;
  if (is(PyExc_TimeoutError)) return ASY_E_TIMEOUT;
  if (is(gaierror)) return ASY_E_NOT_FOUND;
  if (is(PyExc_OSError)) {
    *out_os_code = errno_of(exception);
    return *out_os_code ? ASY_E_OS : ASY_E_FOREIGN;
  }
  if (is(classes.incomplete_read)) return ASY_E_EOF;
  if (is(classes.limit_overrun)) return ASY_E_LIMIT;
  if (is(classes.invalid_state)) return ASY_E_STATE;
  if (is(classes.broken_promise)) return ASY_E_BROKEN_PROMISE;
  if (is(classes.closed) || is(classes.queue_shutdown)) return ASY_E_CLOSED;
  if (is(classes.broken_barrier)) return ASY_E_BROKEN;
  if (is(PyExc_MemoryError)) return ASY_E_NOMEM;
  if (is(PyExc_StopAsyncIteration)) return ASY_E_END;
  if (is(PyExc_BaseExceptionGroup)) return ASY_E_GROUP;
  return ASY_E_FOREIGN;
}

PyObject *text_of(asy_error *error) {
  const char *message = asy_error_message(error);
  if (asy_error_code(error) == ASY_E_WRONG_LOOP && strcmp(message, asy_status_text(ASY_E_WRONG_LOOP)) == 0)
    message = "the object belongs to another loop; use run_coroutine_threadsafe() or a Promise to get across";
  return PyUnicode_DecodeUTF8(message, static_cast<Py_ssize_t>(strlen(message)), "replace");
}

PyObject *call(PyObject *type, PyObject *args) {
  PyObject *exception = type && args ? PyObject_CallObject(type, args) : nullptr;
  Py_XDECREF(args);
  return exception;
}

PyObject *incomplete_read(asy_error *error) {
  const char *data = "";
  size_t size = 0;
  if (auto *partial = static_cast<asy_bytes *>(asy_error_object(error, asy_bytes_type()))) {
    data = static_cast<const char *>(asy_bytes_data(partial));
    size = asy_bytes_size(partial);
  }
  return call(classes.incomplete_read, Py_BuildValue("(y#O)", data, static_cast<Py_ssize_t>(size), Py_None));
}

PyObject *group(asy_error *error) {
  size_t count = asy_error_child_count(error);
  PyObject *children = PyList_New(0);
  for (size_t i = 0; children && i < count; i++) {
    PyObject *child = exception_from_error(asy_error_child(error, i));
    if (!child || PyList_Append(children, child) < 0) Py_CLEAR(children);
    Py_XDECREF(child);
  }
  if (!children) return nullptr;
  PyObject *result = count ? call(PyExc_BaseExceptionGroup, Py_BuildValue("(NO)", text_of(error), children))
                           : call(PyExc_RuntimeError, Py_BuildValue("(N)", text_of(error)));
  Py_DECREF(children);
  return result;
}

/* Another language's error: its traceback shows as a note, and the error itself goes back unchanged. */
PyObject *foreign(asy_error *error) {
  PyObject *exception = call(classes.foreign, Py_BuildValue("(N)", text_of(error)));
  if (!exception) return nullptr;
  const char *traceback = asy_error_traceback(error);
  if (*traceback) {
    PyObject *done = PyObject_CallMethod(exception, "add_note", "s", traceback);
    if (!done) PyErr_Clear();
    Py_XDECREF(done);
  }
  PyObject *capsule = PyCapsule_New(asy_error_ref(error), "asy_error", [](PyObject *self) {
    asy_error_unref(static_cast<asy_error *>(PyCapsule_GetPointer(self, "asy_error")));
  });
  if (!capsule) {
    asy_error_unref(error);
  } else {
    if (PyObject_SetAttrString(exception, "_error", capsule) < 0) PyErr_Clear();
    Py_DECREF(capsule);
  }
  return exception;
}

PyObject *make(asy_error *error) {
  asy_status code = asy_error_code(error);
  PyObject *type;
  switch (code) {
    case ASY_E_CANCELLED:
      if (strcmp(asy_error_message(error), asy_status_text(code)) == 0) return PyObject_CallNoArgs(classes.cancelled);
      type = classes.cancelled;
      break;
    case ASY_E_INVALID: type = PyExc_ValueError; break;
    case ASY_E_NOMEM: type = PyExc_MemoryError; break;
    case ASY_E_CLOSED: type = classes.closed; break;
    case ASY_E_STATE: type = classes.invalid_state; break;
    case ASY_E_TIMEOUT: type = PyExc_TimeoutError; break;
    case ASY_E_BROKEN_PROMISE: type = classes.broken_promise; break;
    case ASY_E_EOF: return incomplete_read(error);
    case ASY_E_LIMIT: type = classes.limit_overrun; break;
    case ASY_E_BROKEN: type = classes.broken_barrier; break;
    case ASY_E_OS:
      return call(PyExc_OSError,
                  Py_BuildValue("(LN)", static_cast<long long>(asy_error_os_code(error)), text_of(error)));
    case ASY_E_GROUP: return group(error);
    case ASY_E_FOREIGN: return foreign(error);
    case ASY_E_AGAIN: type = PyExc_BlockingIOError; break;
    case ASY_E_NOT_FOUND:  // EAI_NONAME
      return call(gaierror, Py_BuildValue("(iN)", -2, text_of(error)));
    case ASY_E_BUSY: type = PyExc_RuntimeError; break;
    case ASY_E_UNSUPPORTED: type = PyExc_NotImplementedError; break;
    case ASY_E_INTERNAL: type = PyExc_SystemError; break;
    default: type = PyExc_RuntimeError; break;
  }
  return call(type, Py_BuildValue("(N)", text_of(error)));
}

}  // namespace

bool is_fatal(PyObject *exception) {
  return PyErr_GivenExceptionMatches(exception, PyExc_KeyboardInterrupt) ||
         PyErr_GivenExceptionMatches(exception, PyExc_SystemExit);
}

bool import_classes(PyObject *into) {
  PyObject *module = PyImport_ImportModule("libasync.exceptions"), *socket = PyImport_ImportModule("_socket");
  bool found = module && socket && (gaierror = PyObject_GetAttrString(socket, "gaierror"));
  auto get = [&](const char *name, PyObject **out) { found = found && (*out = PyObject_GetAttrString(module, name)); };
  get("CancelledError", &classes.cancelled);
  get("ClosedError", &classes.closed);
  get("InvalidStateError", &classes.invalid_state);
  get("BrokenPromiseError", &classes.broken_promise);
  get("IncompleteReadError", &classes.incomplete_read);
  get("LimitOverrunError", &classes.limit_overrun);
  get("ForeignError", &classes.foreign);
  get("BrokenBarrierError", &classes.broken_barrier);
  get("QueueEmpty", &classes.queue_empty);
  get("QueueFull", &classes.queue_full);
  get("QueueShutDown", &classes.queue_shutdown);
  found = found && PyModule_AddObjectRef(into, "_exceptions", module) == 0;
  Py_XDECREF(module);
  Py_XDECREF(socket);
  return found;
}

PyObject *traceback_of(PyObject *exception) {
  PyObject *traceback = PyException_GetTraceback(exception);
  if (traceback == Py_None) Py_CLEAR(traceback);
  return traceback;
}

/* The errors of an exception group; owned. */
static std::vector<asy_error *> children_of(PyObject *group) {
  std::vector<asy_error *> children;
  PyObject *exceptions = PyObject_GetAttrString(group, "exceptions");
  for (Py_ssize_t i = 0; exceptions && i < PyTuple_GET_SIZE(exceptions); i++)
    children.push_back(error_from_exception(PyTuple_GET_ITEM(exceptions, i)));
  Py_XDECREF(exceptions);
  PyErr_Clear();
  return children;
}

asy_error *error_from_exception(PyObject *exception) {
  if (PyErr_GivenExceptionMatches(exception, classes.foreign)) {
    PyObject *capsule = PyObject_GetAttrString(exception, "_error");
    auto *error = capsule && PyCapsule_CheckExact(capsule)
                      ? static_cast<asy_error *>(PyCapsule_GetPointer(capsule, "asy_error"))
                      : nullptr;
    if (error) asy_error_ref(error);
    Py_XDECREF(capsule);
    PyErr_Clear();
    if (error) return error;
  }
  asy_error_options options = {};
  options.size = sizeof options;
  asy_status code = code_of(exception, &options.os_code);
  if (is_fatal(exception)) options.flags = ASY_ERROR_FATAL;
  PyObject *traceback = traceback_of(exception);
  Box *box = box_new(exception, traceback);
  if (!box) PyErr_Clear();
  options.object = box;
  options.type = box ? &exception_type : nullptr;
  std::vector<asy_error *> children;
  if (code == ASY_E_GROUP) children = children_of(exception);
  options.children = children.data();
  options.child_count = children.size();
  asy_error *error;
  if (code == ASY_E_CANCELLED) {  // an everyday outcome: worth no text but its own
    PyObject *said = PyObject_Str(exception);
    const char *message = said ? PyUnicode_AsUTF8(said) : nullptr;
    error = asy_error_new(code, message && *message ? message : nullptr, &options);
    Py_XDECREF(said);
    PyErr_Clear();
  } else {
    std::string frames;
    append_frames(frames, traceback);
    options.traceback = frames.c_str();
    error = asy_error_new(code, describe(exception).c_str(), &options);
  }
  for (asy_error *child : children) asy_error_unref(child);
  Py_XDECREF(traceback);
  return error;
}

asy_error *error_from_raised() {
  PyObject *type, *exception, *traceback;
  PyErr_Fetch(&type, &exception, &traceback);
  PyErr_NormalizeException(&type, &exception, &traceback);
  if (traceback) PyException_SetTraceback(exception, traceback);
  asy_error *error = error_from_exception(exception);
  Py_XDECREF(type);
  Py_XDECREF(exception);
  Py_XDECREF(traceback);
  return error;
}

PyObject *exception_from_error(asy_error *error) {
  if (auto *box = static_cast<Box *>(asy_error_object(error, &exception_type))) {
    PyException_SetTraceback(box->object, box->traceback ? box->traceback : Py_None);
    return Py_NewRef(box->object);
  }
  PyObject *exception = make(error);
  if (!exception) {  // its own class refused: say at least why
    PyObject *type, *traceback;
    PyErr_Fetch(&type, &exception, &traceback);
    PyErr_NormalizeException(&type, &exception, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return exception;
  }
  if (asy_error *cause = asy_error_cause(error)) {
    PyObject *made = exception_from_error(cause);
    PyException_SetContext(exception, Py_NewRef(made));
    PyException_SetCause(exception, made);
  }
  return exception;
}

/* As `raise` does it: what is being handled shows as its context. */
void raise_error(asy_error *error) {
  PyObject *exception = exception_from_error(error);
  PyErr_SetObject(reinterpret_cast<PyObject *>(Py_TYPE(exception)), exception);
  Py_DECREF(exception);
}

PyObject *raise_status(asy_status status) {
  asy_error *error = asy_error_new(status, nullptr, nullptr);
  raise_error(error);
  asy_error_unref(error);
  return nullptr;
}

}  // namespace asypy
