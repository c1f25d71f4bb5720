-- Queues of any values but nil.
local core = require "libasync.native"

---@class asy_queue
local queue = core.methods "queue"

-- Takes no more values in; what is there can be taken out.
function queue:close() return self:shutdown(false) end

-- What `take` gives, until it is shut down and empty.
local function items(self, take)
  return function()
    local ok, item = pcall(take, self)
    if ok then return item end
    if core.kind(item) == "error" and item.code == "closed" then return nil end
    error(item, 0)
  end
end

-- The values, until the queue is shut down and empty: for item in q:items().
---@return async fun(): any
function queue:items() return items(self, self.get) end

return {
  items = items,
  ---@class libasync
  exports = {
    -- Unbounded without a maximum. order: "lifo"; "priority", the least first; or a function that tells whether its first
    -- argument comes before its second; it cannot await.
    ---@param max_size? integer
    ---@param order? "lifo"|"priority"|fun(a: any, b: any): boolean
    ---@return asy_queue
    queue = function(max_size, order)
      max_size = max_size or 0
      if order == nil then return core.queue_new(max_size) end
      if order == "lifo" then return core.queue_new_lifo(max_size) end
      if order == "priority" then return core.queue_new_priority(max_size) end
      return core.queue_new_priority(max_size, order)
    end,
  },
}
