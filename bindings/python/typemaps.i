/* How parameters and results cross: a handle is its Python object, a status an exception, a value any object. */

%typemap(in) PyObject * "$1 = $input;"
%typemap(in, numinputs=0) PyObject *SELF "$1 = self;"

/* None stands for the running loop. */
%typemap(in) asy_loop *, const asy_loop * {
  $1 = asypy::loop_arg_or_current($input);
  if (!$1) SWIG_fail;
}
%typemap(in) asy_future *, const asy_future *, asy_task *, const asy_task * {
  $1 = asypy::future_arg($input);
  if (!$1) SWIG_fail;
}
%typemap(out) asy_future *, asy_task * "$result = asypy::future_wrap($1);"

%typemap(out) asy_status {
  if ($1 < 0) {
    asypy::raise_status($1);
    SWIG_fail;
  }
  $result = Py_NewRef(Py_None);
}

%typemap(in, numinputs=0) asy_value *out_value (asy_value value = {}) "$1 = &value;"
%typemap(argout) asy_value *out_value {
  Py_XDECREF($result);
  $result = asypy::to_python($1);
  asy_value_clear($1);
}

%typemap(in) (const void *data, size_t size) (Py_buffer view = {}) {
  if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) < 0) SWIG_fail;
  $1 = view.buf;
  $2 = static_cast<size_t>(view.len);
}
%typemap(freearg) (const void *data, size_t size) "PyBuffer_Release(&view$argnum);"

%typemap(in, numinputs=0) size_t *out_written (size_t written = 0) "$1 = &written;"
%typemap(argout) size_t *out_written {
  Py_XDECREF($result);
  $result = PyLong_FromSize_t(*$1);
}

/* Plain numbers and names, with words of their own for what is none. */
%define %integer(TYPE, LEAST, MOST)
%typemap(in) TYPE (int64_t number = 0) {
  if (!asypy::integer_arg($input, LEAST, MOST, &number)) SWIG_fail;
  $1 = static_cast<TYPE>(number);
}
%enddef
%integer(int64_t, INT64_MIN, INT64_MAX)
%integer(size_t, 0, INT64_MAX)
%integer(unsigned, 0, UINT32_MAX)
%integer(uint32_t, 0, UINT32_MAX)
%typemap(in) double {
  if (!asypy::number_arg($input, &$1)) SWIG_fail;
}
%typemap(in) const char *name, const char *msg {
  if ($input != Py_None && !PyUnicode_Check($input)) {
    asypy::raise_not("a text", $input);
    SWIG_fail;
  }
  $1 = $input == Py_None ? nullptr : const_cast<char *>(PyUnicode_AsUTF8($input));
  if (PyErr_Occurred()) SWIG_fail;
}
%typemap(freearg) const char *name, const char *msg "";

%define %object(TYPE, NAME, TEXT)
%typemap(in) TYPE *NAME (void *object = nullptr) {
  if ($input != Py_None && (!SWIG_IsOK(SWIG_ConvertPtr($input, &object, $descriptor, 0)) || !object)) {
    asypy::raise_not(TEXT, $input);
    SWIG_fail;
  }
  $1 = static_cast<TYPE *>(object);
}
%enddef
%object(asypy::Lock, lock, "a Lock")
%object(asy_context_token, token, "a Token")

%typemap(in) int64_t maxsize {
  if (!asypy::room_of($input, &$1)) SWIG_fail;
}

/* Seconds, or None for ever. */
%typemap(in) uint64_t delay_ns, uint64_t timeout_ns, uint64_t grace_ns, uint64_t limit_ns {
  if (!asypy::seconds_to_ns($input, &$1)) SWIG_fail;
}

%typemap(in, numinputs=0) asy_loop_metrics *out_metrics (asy_loop_metrics metrics = {}) {
  metrics.size = sizeof metrics;
  $1 = &metrics;
}
%typemap(argout) asy_loop_metrics *out_metrics {
  Py_XDECREF($result);
  $result = asypy::metrics_dict($1);
}

/* Text that a getter writes as snprintf() does: asked again where it was longer. None when there is none. */
%typemap(in, numinputs=0) (char *buffer, size_t size) (std::string text) {
  text.resize(255);
  $1 = text.data();
  $2 = text.size() + 1;
}
%exception asy_future_place {
  $action
  if (result > text2.size()) {
    text2.resize(result);
    arg2 = text2.data();
    arg3 = result + 1;
    $action
  }
}
%typemap(argout) (char *buffer, size_t size) {
  Py_XDECREF($result);
  $result = result ? PyUnicode_DecodeUTF8($1, static_cast<Py_ssize_t>(result), "replace") : Py_NewRef(Py_None);
}

/* None stands for any task. */
%typemap(in) (asy_task *task, uint64_t nth) {
  PyObject *task, *number;
  if (!PyArg_ParseTuple($input, "OO:cancel_at", &task, &number)) SWIG_fail;
  $1 = task == Py_None ? nullptr : asypy::future_arg(task);
  $2 = PyLong_AsUnsignedLongLong(number);
  if (PyErr_Occurred()) SWIG_fail;
}

%define %out_handle(NAME)
%typemap(in, numinputs=0) asy_##NAME **out_##NAME (asy_##NAME *made = nullptr) "$1 = &made;"
%typemap(argout) asy_##NAME **out_##NAME {
  Py_XDECREF($result);
  $result = SWIG_NewPointerObj(*$1, SWIGTYPE_p_asy_##NAME, SWIG_POINTER_OWN);
}
%enddef
%out_handle(watch)
%out_handle(stream)
%out_handle(server)

/* (backlog, flags) */
%typemap(in) const asy_server_options *options (asy_server_options given = {}) {
  given.size = sizeof given;
  if (!PyArg_ParseTuple($input, "II:options", &given.backlog, &given.flags)) SWIG_fail;
  $1 = &given;
}
%typemap(out) asy_status asy_server_new {
  if ($1 < 0) {
    asypy::raise_listen_status($1);
    SWIG_fail;
  }
  $result = Py_NewRef(Py_None);
}

%define %callable(CALLBACK, PARAMETER, KEEP, FREE)
%typemap(in) (CALLBACK PARAMETER, void *user_data, asy_free_cb on_free) {
  if (!PyCallable_Check($input)) {
    asypy::raise_not("a callable", $input);
    SWIG_fail;
  }
  $1 = asypy::PARAMETER;
  $2 = KEEP($input);
  $3 = FREE;
  if (!$2) SWIG_fail;
}
%enddef
%callable(asy_live_cb, on_live, Py_NewRef, asypy::free_callable)
%callable(asy_line_cb, on_line, Py_NewRef, asypy::free_callable)
%callable(asy_call_cb, on_call, asypy::register_callable, asypy::free_registered)
%callable(asy_watch_cb, on_event, asypy::register_callable, asypy::free_registered)
%callable(asy_client_cb, on_client, asypy::register_callable, asypy::free_registered)
