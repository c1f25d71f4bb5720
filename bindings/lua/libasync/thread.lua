-- Work that blocks, on threads of its own.
local core = require "libasync.native"

local function results(list) return core.unpack(list, 1, list.n or #list) end

return {
  ---@class libasync
  exports = {
    -- Runs f(...) on a thread of the loop's executor, in a Lua state of its own: a state belongs to one thread. The
    -- function's code is copied; it sees no locals of its surroundings and fresh globals, and may require modules.
    -- Arguments and results are nil, booleans, numbers and strings. A cancel lets go of it at once.
    ---@async
    ---@param f function
    to_thread = function(f, ...) return results(core.await_to_thread(f, { ... }, select("#", ...))) end,
    -- No more jobs from now on; waits until those there have ended, at most so many seconds.
    ---@async
    ---@param seconds? number
    shutdown_executor = function(seconds) return core.await_loop_shutdown_default_executor(seconds) end,
  },
}
