-- Asynchronous iteration that is always closed: generators made in Lua, those of other languages, loops over them.
local core = require "libasync.native"
local is_cancelled = require("libasync.error").exports.is_cancelled
local unpack = table.unpack or unpack

local END = core.new_error(core.E_END, "the generator has ended")
local function is_end(e) return core.kind(e) == "error" and core.error_code(e) == core.E_END end

-- What the parts of one generator share: the body's task; the operation under way; the gate at which the body waits for
-- the next one; whether it is closing, and yielded all the same.
local body = {}
body.__index = body

local function state_error(message) return core.new_error(core.E_STATE, message) end

function body:answer(method, value)
  local operation = self.operation
  self.operation = nil
  if operation and not operation:done() then operation[method](operation, value) end
end

function body:yield(value)
  if self.closing then self.late = true end
  if self.late then error(state_error "the generator is closed: clean up and return", 0) end
  if core.task_current() ~= self.task then error(state_error "a generator yields in its own function only", 0) end
  if core.task_scope_depth(self.task) > 0 then error(state_error "yield inside an open timeout or task group", 0) end
  if value == nil then error("a generator cannot yield nil", 3) end
  self.gate = core.future_new()
  self:answer("set_result", value)
  return core.await_future_await(self.gate)
end

function body:finish(ok, e)
  self.ended = true
  if not ok and is_end(e) then ok = true end
  if self.late then ok, e = false, state_error "a generator handed an item over after it was closed" end
  if not self.operation then
    if not ok then error(e, 0) end -- nobody waits: the task's error is reported
  elseif ok and self.closing then self:answer("set_result", nil)
  elseif ok then self:answer("set_error", END)
  elseif is_cancelled(e) then self:answer("set_cancelled", e.message)
  else self:answer("set_error", e) end
end

function body:run()
  self.task = core.task_current()
  local function yield(value) return self:yield(value) end
  self:finish(xpcall(self.f, core.trace, yield, unpack(self, 1, self.count)))
end

-- Makes a step, as the core asks for it: "next", "throw" or "close". Gives its future.
function body:step(how, value)
  local operation = core.future_new_cancellable(function() self.task:cancel() end)
  self.operation = operation
  self.closing = how == "close"
  if self.ended then self:finish(true)
  elseif self.gate then
    if self.gate:done() then return operation end -- the task is being cancelled
    if how == "next" then self.gate:set_result(value)
    else self.gate:set_error(how == "close" and END or value) end
  elseif how == "throw" then
    self.ended = true
    self:answer("set_error", value)
  else
    -- It sees and changes the context of whoever iterates.
    core.spawn({ context = core.context_current(), eager = true }, self.run, self)
  end
  return operation
end

---@class asy_generator
---@field next async fun(self: asy_generator): any
---@field send async fun(self: asy_generator, value: any): any
---@field throw async fun(self: asy_generator, error: any): any
---@field close async fun(self: asy_generator)
local generator, metatable = core.methods "generator"

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
      if type(f) ~= "function" then error("a generator needs a function, got " .. type(f), 2) end
      local made = setmetatable({ f = f, count = select("#", ...), ... }, body)
      return core.generator_new(function(how, value) return made:step(how, value) end)
    end,
    -- for item in async.each(g) do ... end: on 5.4 the generator is closed whatever way the loop ends. On LuaJIT, and
    -- wherever preferred, async.each(g, function(item) ... end) does the same; what f gives, if not nil, ends it.
    ---@async
    ---@param of asy_generator
    ---@param f? async fun(item: any): any
    each = function(of, f)
      if not f then return next_item, of, nil, setmetatable({ of }, closing) end
      return close(of, xpcall(visit, core.trace, of, f))
    end,
  },
}
