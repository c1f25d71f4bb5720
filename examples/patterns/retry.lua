-- Again after an error, with growing pauses; never after a cancel. policy: attempts, base and cap of the pauses in
-- seconds, deadline in seconds after which no attempt begins, is_retryable(e), random() for a part of each pause.
local async = require "libasync"

return function(policy, f, ...)
  local start, pause = async.time(), policy.base or 0.1
  for attempt = 1, math.huge do
    local ok, result = async.pcall(f, ...)
    if ok then return result end
    local wait = math.min(pause, policy.cap or math.huge) * (policy.random and policy.random() or 1)
    local again = attempt < (policy.attempts or 3) and (not policy.is_retryable or policy.is_retryable(result))
    if not again or async.time() - start + wait > (policy.deadline or math.huge) then error(result, 0) end
    async.sleep(wait)
    pause = pause * 2
  end
end
