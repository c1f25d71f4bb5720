-- Tasks, futures and promises. A task is a future: everything a future can do, a task can.
local core = require "libasync.native"

---@class asy_future
---@field await async fun(self: asy_future): ...any
local future = core.methods "future"
future.done = core.future_is_done ---@type fun(self: asy_future): boolean
future.cancelled = core.future_is_cancelled ---@type fun(self: asy_future): boolean
future.name = core.task_name

local function spawned(item) return type(item) == "function" and core.spawn(item) or item end

-- What every combinator takes: futures, and functions, which become tasks. None does before all is known to be right;
-- with `waits`, nor where the caller cannot wait for them.
local function futures(list, name, waits)
  if type(list) ~= "table" then core.fail(name .. ": a list of futures expected, got " .. type(list)) end
  if waits then core.check_await(name) end
  local made = {}
  for i = 1, #list do
    local item = list[i]
    if type(item) ~= "function" and not core.key(item) then
      local kind = core.kind(item) or type(item)
      core.fail(("%s: item %d is no future but a %s"):format(name, i, kind == "future" and "closed handle" or kind))
    end
    made[i] = item
  end
  for i = 1, #made do made[i] = spawned(made[i]) end
  return made
end

return {
  futures = futures,
  future = function(item, name, waits)
    if waits then core.check_await(name) end
    return spawned(item)
  end,
  ---@class libasync
  exports = {
    -- spawn([options,] f, ...). options: name; context, used itself and not copied; eager = true runs it at once up to its
    -- first wait.
    spawn = core.spawn, ---@type fun(f: function|table, ...: any): asy_future
    sleep = core.await_sleep, ---@type async fun(seconds: number)
    await = core.await_future_await, ---@type async fun(future: asy_future): ...any
    current = core.task_current, ---@type fun(): asy_future?
    -- A future that anybody may complete: f:set_result(v), f:set_error(e), f:cancel(). With on_cancel, a cancel only
    -- asks: on_cancel(f) sees to it that it is completed, by f:set_cancelled() if nothing else.
    ---@param on_cancel? fun(future: asy_future)
    ---@return asy_future
    future = function(on_cancel)
      if on_cancel then return core.future_new_cancellable(on_cancel) end
      return core.future_new()
    end,
    -- A future and its promise: the writing end for an old callback API. Dropped unset, the future fails. With on_cancel, a
    -- cancel only asks: it stops the work, and completes the promise, by p:set_cancelled() if nothing else.
    ---@param on_cancel? fun(future: asy_future)
    ---@return asy_future, asy_promise
    promise = function(on_cancel) return core.promise_new(on_cancel) end,
  },
}
