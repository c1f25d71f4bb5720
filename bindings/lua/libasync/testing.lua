-- For tests of programs, with whatever test framework: local testing = require "libasync.testing".
--
--   testing.run(function() async.sleep(3600) assert(done) end)          -- a virtual clock: takes no time
--   testing.run({ seed = 7 }, f)                                        -- another order of what is ready at once
--   testing.cancel_everywhere(f, check)                                 -- f cancelled at its 1st, 2nd, ... suspension
local core = require "libasync.native"
local async = require "libasync"

local testing = {}

local function report_text(reports)
  local lines = {}
  for i, report in ipairs(reports) do lines[i] = report[2] .. ": " .. tostring(report[1]) end
  return table.concat(lines, "\n")
end

local function guarded(limit, f, ...)
  local ok, dump = true, nil
  local main = async.current()
  local timer = async.call_later(limit, function()
    ok, dump = false, async.dump()
    main:cancel()
  end)
  local function finish(done, ...)
    timer:cancel()
    if not ok then error(("the test hangs for %g seconds:\n%s"):format(limit, dump), 0) end
    if not done then error((...), 0) end
    return ...
  end
  return finish(pcall(f, ...))
end

local function collect()
  collectgarbage()
  collectgarbage()
end

-- Handles that the program still holds, by kind: "2 future, 1 queue"; "" for none.
local function live(loop)
  local kinds = {}
  core.visit_live(loop, function(kind, count) kinds[#kinds + 1] = count .. " " .. kind end)
  return table.concat(kinds, ", ")
end

-- Runs f(...) on a fresh loop with a virtual clock and gives its results. Fails when it hangs for `limit` seconds of
-- that clock, with what every task waits for (3600 unless given); when something was reported, such as an error nobody
-- read; with leaks = false in the options, when handles are alive afterwards. Other options are those of async.run.
---@param options table|function
function testing.run(options, ...)
  if type(options) ~= "table" then return testing.run({}, options, ...) end
  local reports, made = {}, { virtual_clock = true }
  for name, value in pairs(options) do made[name] = value end
  made.on_report = function(e, what) reports[#reports + 1] = { e, what } end
  local runner = async.runner(made)
  local function finish(ok, ...)
    collect() -- an error that nobody read is reported when its future goes
    runner:close()
    if not ok then error((...), 0) end
    collect()
    if #reports > 0 then error("reported:\n" .. report_text(reports), 0) end
    local left = options.leaks == false and live(runner.loop) or ""
    if left ~= "" then error("alive after the run: " .. left, 0) end
    return ...
  end
  return finish(pcall(runner.run, runner, guarded, options.limit or 3600, ...))
end

-- Cancels the n-th suspension from now, of a task or of whichever suspends.
---@param n integer
---@param task? asy_future
function testing.cancel_at(n, task) core.test_cancel_at(task, n) end

-- Suspensions since cancel_at().
testing.suspensions = core.test_suspensions ---@type fun(): integer

-- Runs f as a task again and again, cancelled at its first suspension, its second, and so on, until it ends before.
-- check(task, n) is called after each with what became of it. Gives how many suspensions there are.
---@param f async fun()
---@param check? async fun(task: asy_future, n: integer)
---@return integer
function testing.cancel_everywhere(f, check)
  for n = 1, math.huge do
    local reached = testing.run(function()
      local task = async.spawn(f)
      testing.cancel_at(n, task)
      async.wait { task }
      local suspended = testing.suspensions()
      pcall(task.await, task)
      if check then check(task, n) end
      return suspended >= n
    end)
    if not reached then return n - 1 end
  end
end

return testing
