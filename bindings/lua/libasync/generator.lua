-- Asynchronous iteration that is always closed: generators made in Lua, those of other languages, loops over them.
local core = require "libasync.native"

local function is_end(e) return core.kind(e) == "error" and core.error_code(e) == core.E_END end

local function yield(item)
  if item == nil then core.fail "a generator cannot yield nil" end
  return core.await_yield(item)
end

local _, metatable = core.methods "generator"

function metatable.__close(self) self:close() end

local function next_item(self)
  local ok, item = pcall(self.next, self)
  if ok then return item end
  if not is_end(item) then error(item, 0) end
end

local closing = {
  __close = function(self) self[1]:close() end,
}

local function visit(self, f)
  for item in next_item, self do
    local result = f(item)
    if result ~= nil then return result end
  end
end

local function close(self, ok, ...)
  if ok then
    self:close()
    return ...
  end
  pcall(self.close, self) -- the first error is the one that counts
  error((...), 0)
end

return {
  ---@class libasync
  exports = {
    -- A generator of what f(yield, ...) hands over: yield(item) waits until the next item is asked for, and gives what
    -- send() sent. It begins with the first item. Closed, its yield raises an error with code "end".
    ---@param f async fun(yield: (async fun(item: any): any), ...: any)
    ---@return asy_generator
    generator = function(f, ...)
      core.check_callable(f, "async.generator")
      return core.generator_new(f, yield, ...)
    end,
    -- for item in async.each(g) do ... end: on 5.4 the generator is closed whatever way the loop ends. On LuaJIT, and
    -- wherever preferred, async.each(g, function(item) ... end) does the same; what f gives, if not nil, ends it.
    ---@async
    ---@param of asy_generator
    ---@param f? async fun(item: any): any
    each = function(of, f)
      if core.kind(of) ~= "generator" then core.fail("async.each: a generator expected, got " .. type(of)) end
      if not f then return next_item, of, nil, setmetatable({ of }, closing) end
      return close(of, xpcall(visit, core.trace, of, f))
    end,
  },
}
