-- What tasks share: semaphore, event, queue.
local core = require "libasync.native"

---@class asy_semaphore
local semaphore = core.methods "semaphore"

local function release(self, ok, ...)
  self:release()
  if not ok then error((...), 0) end
  return ...
end

-- Holds one unit while f(...) runs.
---@async
---@param f function
function semaphore:with(f, ...)
  self:acquire()
  return release(self, xpcall(f, core.trace, ...))
end

---@class asy_queue
local queue = core.methods "queue"

-- Takes no more values in; what is there can be taken out.
function queue:close() return self:shutdown(0) end

return {
  ---@class libasync
  exports = {
    ---@param value? integer
    ---@return asy_semaphore
    semaphore = function(value) return core.semaphore_new(value or 1) end,
    ---@return asy_event
    event = function() return core.event_new() end,
    -- A queue of any values but nil; unbounded without a maximum.
    ---@param max_size? integer
    ---@return asy_queue
    queue = function(max_size) return core.queue_new(max_size or 0) end,
  },
}
