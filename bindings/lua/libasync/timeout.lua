-- Deadlines: a scope around a call, or a limit on one future.
local core = require "libasync.native"
local task = require "libasync.task"

local function timeout(seconds, f, ...)
  return core.timeout_exit(core.timeout_enter(seconds), xpcall(f, core.trace, ...))
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
    timeout_at = function(when, f, ...) return timeout(when and when - core.loop_time(), f, ...) end,
    -- Awaits a future, or a function as a task of its own; past the deadline that is cancelled and waited for.
    ---@async
    ---@param future asy_future|function
    ---@param seconds number
    ---@return any
    wait_for = function(future, seconds) return core.await_wait_for(task.futures { future }[1], seconds) end,
  },
}
