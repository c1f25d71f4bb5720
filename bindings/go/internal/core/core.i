/* libasync's C ABI for package async: every pointer is a uintptr, so that a handle costs no allocation. SWIG's output is
 * checked in, as users of a Go module run no generator. */
%module core
%insert(cgo_comment_typedefs) %{
#cgo pkg-config: libasync
%}
%{
#include "hooks.h"
%}

%include "../../../shapes.i"

%typemap(gotype) SWIGTYPE *, char *, const char *, void *, SWIGTYPE *const * "uintptr"
%typemap(in) SWIGTYPE *, void *, SWIGTYPE *const * %{ $1 = ($1_ltype)$input; %}
%typemap(out) SWIGTYPE *, void *, const void * %{ $result = (uintptr_t)$1; %}
%typemap(goout) SWIGTYPE *, char *, const char *, void * ""
%typemap(in) char *, const char * %{ $1 = ($1_ltype)$input; %}
%typemap(out) char *, const char * %{ $result = (uintptr_t)$1; %}
%typemap(freearg) char *, const char * ""
%typemap(argout) char *, const char * ""
%typemap(imtype) SWIGTYPE *, char *, const char *, void *, SWIGTYPE *const * "uintptr"

/* libasync calls no Go: these take callbacks (omit.txt has the reasons). */
%define IGNORE_TRIPLE(CALLBACK, PARAMETER)
%enddef

%include <libasync.h>
%include "hooks.h"
