-- Looking in: what tasks do, who waits for whom, what a loop has done.
local core = require "libasync.native"

for _, kind in ipairs {
  "future", "handle", "lock", "condition", "barrier", "limiter", "semaphore", "event", "queue",
} do
  local _, metatable = core.methods(kind)
  metatable.__tostring = core[kind .. "_describe"]
end

-- Calls visit(..., collector) and gives what it was told.
local function list(visit, ...)
  local found, count = {}, select("#", ...)
  local arguments = { ... }
  arguments[count + 1] = function(item) found[#found + 1] = item end
  visit(core.unpack(arguments, 1, count + 1))
  return found
end

---@class asy_future
local future = core.methods "future"

-- The lines where a suspended task stands, innermost last; of one that is done none.
---@return string[]
function future:stack() return list(core.task_describe, self) end

-- Who waits for it.
---@return asy_future[]
function future:awaiters() return list(core.future_visit_awaiters, self) end

-- Where it was made, in debug mode; else "".
future.place = core.future_place ---@type fun(self: asy_future): string

return {
  ---@class libasync
  exports = {
    -- Every task that has not ended, the oldest first.
    ---@return asy_future[]
    all_tasks = function() return list(core.loop_visit_tasks) end,
    -- Where a task stands and who waits for it, upward; of the running task unless given.
    ---@param of? asy_future
    ---@param options? {frames?: integer, levels?: integer}
    ---@return string
    call_graph = function(of, options)
      of, options = of or core.task_current(), core.options(options, "async.call_graph")
      if not of then return "" end
      return table.concat(list(core.future_call_graph, of, options.frames or 2147483647, options.levels or 0), "\n")
    end,
    -- Every unfinished task and what it waits for: what to print when a program hangs.
    ---@return string
    dump = function() return table.concat(list(core.loop_dump), "\n") end,
    -- Counts since the loop was made; durations in seconds.
    metrics = core.metrics, ---@type fun(): table<string, number>
    -- Unfinished tasks of a language: "lua", "c", "python", ...
    task_count_of = core.loop_task_count_of, ---@type fun(language: string): integer
    -- Debug mode: what is made remembers its place, slow steps are reported.
    set_debug = core.loop_set_debug, ---@type fun(on: boolean)
    is_debug = core.loop_is_debug, ---@type fun(): boolean
    -- How long a step may take in debug mode, in seconds.
    set_slow_step = core.loop_set_slow_step, ---@type fun(seconds: number)
    -- Tells on standard error, while it happens, what has blocked the loop for so many seconds; nil: not any more.
    watchdog = core.watchdog, ---@type fun(seconds?: number)
    -- hooks: on_options(options) may change name, context and eager of a task before it is made; on_created(task),
    -- on_switched(task, entered) around every step, on_finished(task). nil: none.
    ---@type fun(hooks?: table)
    task_hooks = core.task_hooks,
  },
}
