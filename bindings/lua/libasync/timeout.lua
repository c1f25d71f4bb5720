-- Deadlines: a scope around a call, or a limit on one future.
local core = require "libasync.native"
local task = require "libasync.task"

local function timeout(seconds, f, ...)
  core.check_callable(f, "async.timeout")
  return core.timeout_exit(core.timeout_enter(seconds), xpcall(f, core.trace, ...))
end

---@class libasync.timeout_scope
local scope = {}
scope.__index = scope
scope.__name = "timeout scope"

-- Moves the deadline of a scope that has neither ended nor expired; one that has passed acts at once.
---@param when? number as async.time counts; nil for no limit
function scope:reschedule(when) return self.timeout:reschedule(when) end

---@return number when as async.time counts, or math.huge
function scope:when() return self.timeout:when() end

---@return boolean expired also after the end
function scope:is_expired()
  if self.expired == nil then return self.timeout:is_expired() end
  return self.expired
end

local function leave(self, ...)
  self.expired = self.timeout:is_expired()
  return core.timeout_exit(self.timeout, ...)
end

return {
  ---@class libasync
  exports = {
    -- Runs f(...) in the current task; past the deadline it is cancelled and an error with code "timeout" is raised.
    ---@async
    ---@param seconds number
    ---@param f function
    timeout = timeout,
    -- The same with a deadline, as async.time counts.
    ---@async
    ---@param when? number nil for no limit
    ---@param f function
    timeout_at = function(when, f, ...)
      if when and type(when) ~= "number" then core.fail("async.timeout_at: a time expected, got " .. type(when)) end
      return timeout(when and when - core.loop_time(), f, ...)
    end,
    -- As timeout, but f(scope, ...) is given its scope, whose deadline can be moved.
    ---@async
    ---@param seconds? number nil for no limit
    ---@param f fun(scope: libasync.timeout_scope, ...)
    timeout_scope = function(seconds, f, ...)
      core.check_callable(f, "async.timeout_scope")
      local self = setmetatable({ timeout = core.timeout_enter(seconds) }, scope)
      return leave(self, xpcall(f, core.trace, self, ...))
    end,
    -- Awaits a future, or a function as a task of its own; past the deadline that is cancelled and waited for.
    ---@async
    ---@param future asy_future|function
    ---@param seconds number
    ---@return any
    wait_for = function(future, seconds) return core.await_wait_for(task.future(future, "async.wait_for", true), seconds) end,
  },
}
