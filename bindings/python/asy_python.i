/* For SWIG modules over libasync: handles and futures as Python objects of libasync. Include it before the declarations. */
%{
#include <asy_python.h>
static const asy_python_api *asy_python;
%}

%include <stdint.i>

/* None stands for the running loop. */
%typemap(in) asy_loop * {
  $1 = asy_python->loop($input);
  if (!$1) SWIG_fail;
}
%typemap(out) asy_future * "$result = asy_python->future($1);"
%typemap(out) asy_status {
  if ($1 < 0) {
    asy_python->raise_status($1);
    SWIG_fail;
  }
  $result = SWIG_Py_Void();
}

%init %{
  asy_python = asy_python_import();
  if (!asy_python) return NULL;
%}
