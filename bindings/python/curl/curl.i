/* The extension module libasync_curl._curl: asy_curl.h for Python. */
%module(package="libasync_curl") curl
%{
#include <asy_curl.h>
%}
%include "asy_python.i"

%init %{
  metatype = &PyType_Type;
%}

%rename(Curl) asy_curl;
%feature("compactdefaultargs");
%feature("kwargs") asy_curl::asy_curl;
%exception {
  $action
  if (PyErr_Occurred()) SWIG_fail;
}
struct asy_curl {};
%extend asy_curl {
  asy_curl(PyObject *loop = NULL) {
    asy_curl *curl = NULL;
    asy_loop *handle = asy_python->loop(loop ? loop : Py_None);
    asy_status status = handle ? asy_curl_new(handle, &curl) : ASY_OK;
    if (status < 0) asy_python->raise_status(status);
    return curl;
  }
  ~asy_curl() { asy_curl_unref($self); }
  asy_future *fetch(const char *url);
  asy_status close();
}
