-- Calls on_period() at every period as long as the body runs; waits for its end.
local async = require "libasync"

-- The next time is counted from the last one: what the callback takes does not add up.
local function watch(period, on_period)
  local when = async.time() + period
  while true do
    async.sleep(when - async.time())
    on_period()
    when = when + period
  end
end

local function finish(task, ok, ...)
  task:cancel()
  while not task:done() do pcall(async.wait, { task }) end -- waited for even when we are being cancelled ourselves
  if not ok then error((...), 0) end
  return ...
end

return function(period, on_period, body, ...)
  local task = async.spawn(watch, period, on_period)
  return finish(task, pcall(body, ...))
end
