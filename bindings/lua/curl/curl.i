/* libcurl's transfers as a Lua module of its own, over the table that libasync.core gives other modules. */
%module asy_curl_core
%{
#include <asy_curl.h>
#include "asy_lua.h"
static const asy_lua_api *api;
static void release_curl(void *curl) {
  asy_curl_unref(curl);
}
static const asy_lua_kind curl_kind = {"curl", release_curl};
#undef SWIG_check_num_args
#define SWIG_check_num_args(function, least, most)
%}
%rename("%(strip:[asy_curl_])s") "";
%typemap(in, numinputs=0) asy_loop *loop %{ $1 = api->loop(L, "$symname"); %}
%typemap(in) asy_curl *curl %{ $1 = api->check(L, $input, &curl_kind, "$symname"); %}
%typemap(in, numinputs=0) asy_curl **out_curl (asy_curl *made = NULL) "$1 = &made;"
%typemap(argout) asy_curl **out_curl %{ api->push(L, &curl_kind, *$1); SWIG_arg++; %}
%typemap(in) const char *url %{ $1 = (char *)luaL_checkstring(L, $input); %}
%typemap(out) asy_status %{ if ($1 < 0) return api->raise_status(L, $1, "$symname"); %}
%typemap(out) asy_future * %{ return api->await(L, $1); %}
%exception asy_curl_fetch { if (!api->may_await(L, "$symname")) SWIG_fail; $action }
%init %{
  lua_getfield(L, LUA_REGISTRYINDEX, ASY_LUA_API);
  api = lua_touserdata(L, -1);
  lua_pop(L, 1);
  if (!api) luaL_error(L, "libasync_curl.core: require libasync first");
%}
%ignore asy_curl_ref;
%ignore asy_curl_unref;
#define ASY_API
#define ASY_NOEXCEPT
%include <asy_curl.h>
