-- A circuit breaker: after so many failures in a row nothing is tried for a while, then a few calls try it out.
local async = require "libasync"

local breaker = {}
breaker.__index = breaker

function breaker:admits()
  if not self.open_until then return true end
  return async.time() >= self.open_until and self.trying < self.trials -- half open
end

-- A cancelled call counts neither way.
function breaker:count(openings, ok, e)
  if openings ~= self.openings then return end -- what began before it opened decides nothing
  if ok then
    self.failures, self.open_until = 0, nil
  elseif not async.is_cancelled(e) then
    self.failures = self.failures + 1
    if self.failures >= self.threshold or self.open_until then
      self.open_until = async.time() + self.pause
      self.openings = self.openings + 1
    end
  end
end

function breaker:finish(trial, openings, ok, ...)
  if trial then self.trying = self.trying - 1 end
  self:count(openings, ok, (...))
  if not ok then error((...), 0) end
  return ...
end

-- f(...), or the error "the circuit is open" at once.
function breaker:call(f, ...)
  if not self:admits() then error("the circuit is open", 0) end
  local trial = self.open_until ~= nil
  if trial then self.trying = self.trying + 1 end
  return self:finish(trial, self.openings, pcall(f, ...))
end

return function(threshold, pause, trials)
  return setmetatable({
    threshold = threshold, pause = pause, trials = trials or 1, failures = 0, trying = 0, openings = 0,
  }, breaker)
end
