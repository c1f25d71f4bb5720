-- Signals, by name ("INT", "TERM", ...) or number.
local core = require "libasync.native"

local names = {}
for name, number in pairs(core.SIGNALS) do names[number] = name end

local function number_of(signal)
  local number = core.SIGNALS[signal] or signal
  if type(number) ~= "number" then core.fail("no such signal: " .. tostring(number)) end
  return number
end

---@class asy_signals
local signals, metatable = core.methods "signals"
local next_number = signals.next

local function name_of(number) return names[number] or number end

-- The next one's name, or its number where it has none. What came meanwhile is kept.
---@async
---@return string|integer
function signals:next() return name_of(next_number(self)) end

metatable.__close = signals.close

return {
  ---@class libasync
  exports = {
    -- Waits for a signal once, and gives its name.
    ---@async
    ---@param signal string|integer
    ---@return string|integer
    signal = function(signal) return name_of(core.await_signal_wait(number_of(signal))) end,
    -- A stream of signals: s:next(), s:close().
    ---@param ... string|integer
    ---@return asy_signals
    signals = function(...)
      local numbers = {}
      for i, signal in ipairs { ... } do numbers[i] = number_of(signal) end
      return core.signals_new(core.unpack(numbers))
    end,
    -- Calls f() whenever the signal arrives, in place of the handler before; nil takes it away.
    ---@param signal string|integer
    ---@param f? fun()
    on_signal = function(signal, f)
      if f then return core.loop_add_signal_handler(number_of(signal), f) end
      return core.loop_remove_signal_handler(number_of(signal))
    end,
  },
}
