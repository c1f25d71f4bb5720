/* Values across the ABI: nil, booleans, numbers and strings by value; tables, functions and the like as references that
   come back as the same object; what other languages own as opaque handles. */
#include "host.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const asy_type asy_lua_object_type = {sizeof(asy_type), "lua object", asy_lua_ref_retain, asy_lua_ref_release, 0};
/* A table of several results of one task. */
static const asy_type results_type = {sizeof(asy_type), "lua results", asy_lua_ref_retain, asy_lua_ref_release, 0};

void asy_lua_push_integer(lua_State *L, int64_t number) {
#if LUA_VERSION_NUM >= 503
  lua_pushinteger(L, (lua_Integer)number);
#else
  lua_pushnumber(L, (lua_Number)number);
#endif
}

double asy_lua_number(lua_State *L, int index, const char *function) {
  if (!lua_isnumber(L, index)) asy_lua_bad_argument(L, index, "number", function);
  return lua_tonumber(L, index);
}

/* False: no number, or none that is whole and fits. */
bool asy_lua_to_integer(lua_State *L, int index, int64_t *out_integer) {
#if LUA_VERSION_NUM >= 503
  int exact = 0;
  *out_integer = lua_tointegerx(L, index, &exact);
  return exact != 0;
#else
  const lua_Number number = lua_tonumber(L, index);
  if (!lua_isnumber(L, index) || !(number >= -0x1p63 && number < 0x1p63)) return false;
  *out_integer = (int64_t)number;
  return (lua_Number)*out_integer == number;
#endif
}

int64_t asy_lua_integer(lua_State *L, int index, int64_t least, int64_t most, const char *function) {
  int64_t integer = 0;
  if (!asy_lua_to_integer(L, index, &integer) || integer < least || integer > most) {
    if (!lua_isnumber(L, index)) asy_lua_bad_argument(L, index, "integer", function);
    asy_lua_out_of_range(L, index, function);
  }
  return integer;
}

/* Seconds, or nil for no limit. */
uint64_t asy_lua_duration(lua_State *L, int index, const char *function) {
  if (lua_isnoneornil(L, index)) return ASY_FOREVER;
  if (!lua_isnumber(L, index)) asy_lua_bad_argument(L, index, "seconds", function);
  const double seconds = lua_tonumber(L, index);
  if (seconds <= 0) return 0;
  uint64_t delay_ns = 0;
  const asy_status status = asy_duration_from_seconds(seconds, &delay_ns);
  if (status < 0) asy_lua_raise_status(L, status, function);
  return delay_ns;
}

void asy_lua_push_duration(lua_State *L, uint64_t delay_ns) {
  lua_pushnumber(L, delay_ns == ASY_FOREVER ? HUGE_VAL : (lua_Number)delay_ns / 1e9);
}

/* The futures of a list, as an array that the collector owns; it borrows them until asy_lua_ref_futures(). */
asy_future **asy_lua_futures(lua_State *L, int index, size_t *out_count, const char *function) {
  if (!lua_istable(L, index))
    asy_lua_fail(L, "%s: a list of futures expected, got %s", asy_lua_name(function), asy_lua_typename(L, index));
  const size_t count = *out_count = lua_rawlen(L, index);
  if (lua_gettop(L) < index + 4) lua_settop(L, index + 4); /* optional arguments after it stay nil */
  asy_future **const futures = asy_lua_newuserdata(L, (count + 1) * sizeof *futures);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, index, (int)i + 1);
    const asy_lua_handle *const handle = asy_lua_test(L, -1, ASY_LUA_future);
    if (!handle || !handle->pointer)
      asy_lua_fail(L, "%s: item %d is no future but a %s", asy_lua_name(function), (int)i + 1,
                   handle ? "closed handle" : asy_lua_typename(L, -1));
    futures[i] = ((asy_lua_handle *)lua_touserdata(L, -1))->pointer;
    lua_pop(L, 1);
  }
  return futures;
}

void asy_lua_ref_futures(asy_future *const *futures, size_t count) {
  for (size_t i = 0; i < count; i++) asy_future_ref(futures[i]);
}

/* ---- C to Lua */

static int push_list(lua_State *L, asy_lua_host *host, const asy_value *value) {
  const size_t count = asy_value_count(value);
  bool holes = false;
  luaL_checkstack(L, 3, "nested lists");
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    asy_lua_push_value(L, host, asy_value_item(value, i));
    holes |= lua_isnil(L, -1);
    lua_rawseti(L, -2, (int)i + 1);
  }
  if (holes) { /* #list would be ambiguous */
    asy_lua_push_integer(L, (int64_t)count);
    lua_setfield(L, -2, "n");
  }
  return 1;
}

/* A value that Lua has no form of its own for: it comes back unchanged. */
static int push_opaque(lua_State *L, asy_lua_host *host, const asy_value *value) {
  asy_lua_push(L, host, ASY_LUA_value, NULL);
  asy_value *const copy = calloc(1, sizeof *copy);
  if (!copy || asy_value_copy(value, copy) < 0) {
    free(copy);
    return luaL_error(L, "not enough memory");
  }
  ((asy_lua_handle *)lua_touserdata(L, -1))->pointer = copy;
  return 1;
}

/* The table of a task's results, when the value is one; else NULL. */
static const asy_lua_ref *results_of(const asy_lua_host *host, const asy_value *value) {
  const bool object = value && asy_value_kind(value) == ASY_VALUE_OBJECT;
  const asy_lua_ref *const ref = object ? asy_value_object(value, &results_type) : NULL;
  return ref && ref->host == host ? ref : NULL;
}

/* In a place for one value, the first. */
static int push_first(lua_State *L, const asy_lua_ref *results) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, results->slot);
  lua_rawgeti(L, -1, 1);
  lua_remove(L, -2);
  return 1;
}

static int push_object(lua_State *L, asy_lua_host *host, const asy_value *value) {
  const asy_lua_ref *const ref = asy_value_object(value, &asy_lua_object_type);
  if (ref && ref->host == host) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, ref->slot);
    return 1;
  }
  const asy_lua_ref *const results = results_of(host, value);
  if (results) return push_first(L, results);
  asy_stream *const stream = asy_value_object(value, asy_stream_type());
  asy_generator *generator;
  asy_transport *const transport = stream ? NULL : asy_value_object(value, asy_transport_type());
  if (stream) asy_lua_push(L, host, ASY_LUA_stream, asy_stream_ref(stream));
  else if (transport) asy_lua_push(L, host, ASY_LUA_transport, asy_transport_ref(transport));
  else if ((generator = asy_value_object(value, asy_generator_type())))
    asy_lua_push(L, host, ASY_LUA_generator, asy_generator_ref(generator));
  else return push_opaque(L, host, value);
  return 1;
}

int asy_lua_push_value(lua_State *L, asy_lua_host *host, const asy_value *value) {
  size_t size = 0;
  switch (value ? asy_value_kind(value) : ASY_VALUE_NIL) {
    case ASY_VALUE_NIL: lua_pushnil(L); return 1;
    case ASY_VALUE_BOOL: lua_pushboolean(L, asy_value_int(value) != 0); return 1;
    case ASY_VALUE_INT: asy_lua_push_integer(L, asy_value_int(value)); return 1;
    case ASY_VALUE_DOUBLE: lua_pushnumber(L, asy_value_double(value)); return 1;
    case ASY_VALUE_STRING:
    case ASY_VALUE_BYTES: {
      const void *const data = asy_value_data(value, &size);
      lua_pushlstring(L, data ? data : "", size);
      return 1;
    }
    case ASY_VALUE_LIST: return push_list(L, host, value);
    case ASY_VALUE_ERROR: asy_lua_push(L, host, ASY_LUA_error, asy_error_ref(asy_value_error(value))); return 1;
    case ASY_VALUE_FUTURE: asy_lua_push(L, host, ASY_LUA_future, asy_future_ref(asy_value_future(value))); return 1;
    case ASY_VALUE_OBJECT: return push_object(L, host, value);
    default: return push_opaque(L, host, value);
  }
}

int asy_lua_push_results(lua_State *L, asy_lua_host *host, const asy_value *value) {
  const asy_lua_ref *const ref = results_of(host, value);
  if (!ref) return asy_lua_push_value(L, host, value);
  lua_rawgeti(L, LUA_REGISTRYINDEX, ref->slot);
  const int packed = lua_gettop(L);
  lua_getfield(L, packed, "n");
  const int count = (int)lua_tointeger(L, -1);
  luaL_checkstack(L, count, "too many results");
  for (int i = 1; i <= count; i++) lua_rawgeti(L, packed, i);
  return count;
}

/* ---- Lua to C */

/* Whether bytes are UTF-8, as the string kind demands. */
static bool is_text(const unsigned char *at, size_t size) {
  const unsigned char *const end = at + size;
  while (at < end) {
    const unsigned char lead = *at++;
    if (lead < 0x80) continue;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || end - at < more) return false;
    if ((lead == 0xE0 && *at < 0xA0) || (lead == 0xED && *at > 0x9F) || (lead == 0xF0 && *at < 0x90) ||
        (lead == 0xF4 && *at > 0x8F))
      return false;
    for (int i = 0; i < more; i++)
      if ((*at++ & 0xC0) != 0x80) return false;
  }
  return true;
}

static bool from_handle(lua_State *L, int index, asy_value *out_value) {
  const asy_lua_handle *handle;
  if ((handle = asy_lua_test(L, index, ASY_LUA_future)) && handle->pointer)
    asy_value_set_future(out_value, asy_future_ref(handle->pointer));
  else if ((handle = asy_lua_test(L, index, ASY_LUA_error)) && handle->pointer)
    asy_value_set_error(out_value, asy_error_ref(handle->pointer));
  else if ((handle = asy_lua_test(L, index, ASY_LUA_value)) && handle->pointer)
    asy_value_copy(handle->pointer, out_value);
  else if ((handle = asy_lua_test(L, index, ASY_LUA_stream)) && handle->pointer)
    asy_value_set_object(out_value, asy_stream_ref(handle->pointer), asy_stream_type());
  else if ((handle = asy_lua_test(L, index, ASY_LUA_transport)) && handle->pointer)
    asy_value_set_object(out_value, asy_transport_ref(handle->pointer), asy_transport_type());
  else if ((handle = asy_lua_test(L, index, ASY_LUA_generator)) && handle->pointer)
    asy_value_set_object(out_value, asy_generator_ref(handle->pointer), asy_generator_type());
  else return false;
  return true;
}

/* `out_value` must be nil. May raise; then it still is. */
void asy_lua_to_value(lua_State *L, int index, asy_value *out_value) {
  switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL: return;
    case LUA_TBOOLEAN: asy_value_set_bool(out_value, lua_toboolean(L, index)); return;
    case LUA_TNUMBER:
#if LUA_VERSION_NUM >= 503
      if (lua_isinteger(L, index)) {
        asy_value_set_int(out_value, lua_tointeger(L, index));
        return;
      }
      asy_value_set_double(out_value, lua_tonumber(L, index));
      return;
#else
    {
      /* Lua 5.1 has one kind of number: a whole one is an integer, as programs expect of counts. */
      const lua_Number number = lua_tonumber(L, index);
      if (number >= -0x1p53 && number <= 0x1p53 && (lua_Number)(int64_t)number == number)
        asy_value_set_int(out_value, (int64_t)number);
      else asy_value_set_double(out_value, number);
      return;
    }
#endif
    case LUA_TSTRING: {
      size_t size = 0;
      const char *const data = lua_tolstring(L, index, &size);
      const asy_status status = is_text((const unsigned char *)data, size) ? asy_value_set_string(out_value, data, size)
                                                                           : asy_value_set_bytes(out_value, data, size);
      if (status < 0) luaL_error(L, "not enough memory");
      return;
    }
    case LUA_TUSERDATA:
      if (from_handle(L, index, out_value)) return;
      break;
    default: break;
  }
  asy_value_set_object(out_value, asy_lua_ref_new(L, index), &asy_lua_object_type);
}

/* The results of a task: none, one, or several in a table. */
void asy_lua_pack_results(lua_State *L, int first, int count, asy_value *out_value) {
  if (count < 2) {
    if (count == 1) asy_lua_to_value(L, first, out_value);
    return;
  }
  lua_createtable(L, count, 1);
  for (int i = 0; i < count; i++) {
    lua_pushvalue(L, first + i);
    lua_rawseti(L, -2, i + 1);
  }
  asy_lua_push_integer(L, count);
  lua_setfield(L, -2, "n");
  asy_value_set_object(out_value, asy_lua_ref_new(L, lua_gettop(L)), &results_type);
}
