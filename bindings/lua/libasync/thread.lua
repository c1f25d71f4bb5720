-- Work that blocks, on threads of its own.
local core = require "libasync.native"

local function results(list) return core.unpack(list, 1, list.n or #list) end

---@class asy_executor
local executor = core.methods "executor"

-- As to_thread, on a thread of this executor. An error with code "again" when as many jobs wait as it takes.
---@async
---@param f function
function executor:run(f, ...) return results(core.await_to_thread(self, f, { ... }, select("#", ...))) end

return {
  ---@class libasync
  exports = {
    -- Runs f(...) on a thread of the loop's executor, in a Lua state of its own: a state belongs to one thread. The
    -- function's code is copied; it sees no locals of its surroundings and fresh globals, and may require modules.
    -- Arguments and results are nil, booleans, numbers and strings. A cancel lets go of it at once.
    ---@async
    ---@param f function
    to_thread = function(f, ...) return results(core.await_to_thread(nil, f, { ... }, select("#", ...))) end,
    -- Threads of one's own, which any number of loops may use: e:run(f, ...), e:shutdown(seconds). options: name,
    -- max_threads, max_queued: jobs that may wait for a thread.
    ---@param options? table
    ---@return asy_executor
    executor = core.executor_new,
    -- Makes to_thread use it from now on.
    ---@param e asy_executor
    set_default_executor = function(e) core.loop_set_default_executor(e) end,
    -- No more jobs from now on; waits until those there have ended, at most so many seconds.
    ---@async
    ---@param seconds? number
    shutdown_executor = function(seconds) return core.await_loop_shutdown_default_executor(seconds) end,
  },
}
