-- libasync for Lua: tasks are coroutines that wait without blocking.
--
--   local async = require "libasync"
--   async.run(function()
--     local one = async.spawn(function() async.sleep(0.1) return 1 end)
--     print(one:await())
--   end)
local core = require "libasync.native"

---@class libasync
local async = {
  -- Seconds on the loop's clock; a virtual clock is moved with async.advance.
  time = core.loop_time, ---@type fun(): number
  advance = core.loop_advance, ---@type fun(seconds: number)
  stop = core.loop_stop, ---@type fun()
}

for _, concept in ipairs {
  "error", "run", "task", "group", "timeout", "gather", "wait", "sync", "queue", "channel", "context", "generator", "stream",
  "signal", "thread", "inspect",
} do
  for name, value in pairs(require("libasync." .. concept).exports) do async[name] = value end
end

-- A plain callback with its arguments.
local function bound(name, f, ...)
  core.check_callable(f, name)
  local count = select("#", ...)
  if count == 0 then return type(f) == "function" and f or function() return f() end end
  local a, rest = ..., { select(2, ...) }
  if count < 2 then return function() return f(a) end end
  return function() return f(a, core.unpack(rest, 1, count - 1)) end
end

local function check_seconds(name, seconds)
  if type(seconds) ~= "number" then core.fail(name .. ": seconds expected as argument 1, got " .. type(seconds)) end
end

-- Calls f(...) on a later turn of the loop; it cannot await. The handle has :cancel().
---@param f function
---@return asy_handle
function async.call_soon(f, ...) return core.loop_call_soon(bound("async.call_soon", f, ...)) end
---@param seconds number
---@param f function
---@return asy_handle
function async.call_later(seconds, f, ...)
  check_seconds("async.call_later", seconds)
  return core.loop_call_later(seconds, bound("async.call_later", f, ...))
end
---@param when number as async.time counts
---@param f function
---@return asy_handle
function async.call_at(when, f, ...)
  check_seconds("async.call_at", when)
  return core.loop_call_at(when, bound("async.call_at", f, ...))
end

-- Calls f(readable, writable, disconnected) whenever a descriptor is ready for what `events` names: "r", "w" or "rw".
---@param fd integer
---@param events string
---@param f fun(readable: boolean, writable: boolean, disconnected: boolean)
---@return asy_watch
function async.watch(fd, events, f)
  local bits = 0
  if type(events) == "string" then
    bits = (events:find "r" and core.WATCH_READABLE or 0) + (events:find "w" and core.WATCH_WRITABLE or 0)
  end
  if bits == 0 then core.fail('async.watch: "r", "w" or "rw" expected as events, got ' .. tostring(events)) end
  return core.watch_new(fd, bits, f)
end

local version = core.version()
async.VERSION = ("%d.%d.%d"):format(math.floor(version / 65536), math.floor(version / 256) % 256, version % 256)

return async
