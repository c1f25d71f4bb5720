-- Running a loop: async.run for a program, async.runner for several runs on one loop.
local core = require "libasync.native"
local errors = require "libasync.error"

---@class libasync.runner
local runner = {}
runner.__index = runner
runner.__name = "runner"

local function give(ok, ...)
  if ok then return ... end
  local e, trace = ...
  if trace then errors.remember(e, trace) end
  error(e, 0)
end

-- Runs f(...) as a task until it ends. Its results, or the error it raised. All runs share one context. The first Ctrl-C
-- cancels f, and once that has cleaned up an error with code "interrupted" is raised; the second ends the program.
---@param f function
function runner:run(f, ...) return give(core.run(self.handle, self.context, f, ...)) end

-- Cancels every task that is left, closes generators, waits for both and for threads, closes the loop. What has not ended
-- within the grace of the options is reported by name and left.
function runner:close() core.close(self.loop, self.grace) end
runner.__close = function(self) self:close() end

---@return boolean
function runner:is_running() return (core.loop_state(self.loop)) end

---@return boolean
function runner:is_closed() return (select(2, core.loop_state(self.loop))) end

function runner.__tostring(self)
  local running, closed, debug = core.loop_state(self.loop)
  return "runner " .. (closed and "closed" or running and "running" or "idle") .. (debug and ", debug mode" or "")
end

-- options: virtual_clock, debug, ready_budget, seed (another order of what is ready at once), grace in seconds;
-- on_report = function(error, what) receives what would otherwise be printed: an error nobody read, a callback that
-- failed; raise_reports = true ends the run with it.
---@param options? table
---@return libasync.runner
local function new(options)
  options = core.options(options, "async.runner")
  if options.on_report then core.check_callable(options.on_report, "on_report") end
  local handle = core.runner_new(options)
  local self = setmetatable({
    handle = handle,
    loop = core.runner_loop(handle),
    context = core.context_copy(),
    grace = options.grace,
  }, runner)
  core.place_hook(self.loop)
  if options.on_report then core.hook(self.loop, options.on_report) end
  if options.raise_reports then core.policy(self.loop, core.REPORT_RAISE) end
  return self
end

local function close(self, ok, ...)
  local closed, e = pcall(self.close, self)
  if not ok then error((...), 0) end
  if not closed then error(e, 0) end
  return ...
end

return {
  ---@class libasync
  exports = {
    runner = new,
    -- run([options,] f, ...): a fresh loop, f as its first task, everything else cancelled when that ends.
    ---@param options table|function
    run = function(options, ...)
      if type(options) ~= "table" or core.callable(options) then
        local self = new()
        return close(self, pcall(self.run, self, options, ...))
      end
      local self = new(options)
      return close(self, pcall(self.run, self, ...))
    end,
  },
}
