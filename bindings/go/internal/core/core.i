/* libasync's C ABI for package async: every pointer is a uintptr, so that a handle costs no allocation. SWIG's output is
 * checked in, as users of a Go module run no generator; omit.txt names what is left out and why. */
%module core
%insert(cgo_comment_typedefs) %{
#cgo pkg-config: libasync
%}
%{
#include "hooks.h"
%}

%include "../../../shapes.i"
%rename("%(regex:/^ASY_(.*)$/\\1/)s", %$isenumitem) "";
%rename("%(regex:/^ASY_(.*)$/\\1/)s", %$isconstant) "";
%rename("%(regex:/^asy_(.*)$/enum_\\1/)s", %$isenum) ""; /* asy_value_kind is an enum and a function */
%typemap(gotype) enum SWIGTYPE "int"
#pragma SWIG nowarn=314

%typemap(gotype) SWIGTYPE *, char *, const char *, void *, const void *, SWIGTYPE *const * "uintptr"
%typemap(imtype) SWIGTYPE *, char *, const char *, void *, const void *, SWIGTYPE *const * "uintptr"
%typemap(in) SWIGTYPE *, char *, const char *, void *, const void *, SWIGTYPE *const * %{ $1 = ($1_ltype)$input; %}
%typemap(out) SWIGTYPE *, char *, const char *, void *, const void * %{ $result = (void *)$1; %}
%typemap(goin) char *, const char * ""
%typemap(goout) char *, const char * ""
%typemap(freearg) char *, const char * ""
%typemap(argout) char *, const char * ""

%ignore LIBASYNC_VERSION_STRING;
%include <libasync.h>
%include "hooks.h"
