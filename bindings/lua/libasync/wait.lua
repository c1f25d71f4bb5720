-- Waiting for several without being any of them: wait, shield, race.
local core = require "libasync.native"
local task = require "libasync.task"

local modes = { all = core.WAIT_ALL, first = core.WAIT_FIRST, first_error = core.WAIT_FIRST_ERROR }

-- The winner's value, its place, and the errors by place.
local function outcome(given)
  local index, value, errors = given[1], given[2], {}
  for i = 1, given[3].n or #given[3] do
    local e = given[3][i]
    errors[i] = e and core.error_value(e)
  end
  return value, index + 1, errors
end

return {
  ---@class libasync
  exports = {
    -- Two lists: those that are done, those that are not; as futures, whose errors are not raised. Cancels nothing.
    -- options: mode = "all", "first" (until one is done) or "first_error"; timeout in seconds.
    ---@async
    ---@param list (asy_future|function)[]
    ---@param options? {mode?: "all"|"first"|"first_error", timeout?: number}
    ---@return asy_future[] done, asy_future[] pending
    wait = function(list, options)
      options = core.options(options, "async.wait")
      local mode = options.mode or "all"
      if not modes[mode] then core.fail("async.wait: no such mode: " .. tostring(mode)) end
      local futures = task.futures(list, "async.wait", true)
      core.await_wait(futures, modes[mode], options.timeout)
      local done, pending = {}, {}
      for _, future in ipairs(futures) do
        local side = future:done() and done or pending
        side[#side + 1] = future
      end
      return done, pending
    end,
    -- A future that ends as this one does; cancelling it leaves this one alone.
    ---@param future asy_future|function
    ---@return asy_future
    shield = function(future) return core.shield(task.future(future, "async.shield")) end,
    -- Tries functions one after another, the next when one fails or after so many seconds, and keeps the first that
    -- succeeds, with its first result; the others are cancelled and have ended. Without a delay all begin at once, with
    -- math.huge each waits for the failure before. All failed: an error with code "group".
    ---@async
    ---@param attempts function[]
    ---@param delay? number
    ---@return any value, integer place, table<integer, any> errors
    race = function(attempts, delay)
      if type(attempts) ~= "table" then core.fail("async.race: a list of functions expected, got " .. type(attempts)) end
      return outcome(core.await_race(#attempts, delay or 0, function(i) return core.spawn(attempts[i]) end))
    end,
  },
}
