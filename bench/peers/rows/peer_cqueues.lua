-- cqueues; its locks and queues are made of its condition variables, as its manual does. It has no timers but sleeping.
local cqueues = require "cqueues"
local condition = require "cqueues.condition"

local lock = {}
lock.__index = lock
function lock:acquire()
  while self.held do self.free:wait() end
  self.held = true
end
function lock:release()
  self.held = false
  self.free:signal(1)
end

local queue = {}
queue.__index = queue
function queue:put(item)
  while self.count == self.size do self.full:wait() end
  self.count = self.count + 1
  self.items[self.count] = item
  self.empty:signal(1)
end
function queue:get()
  while self.count == 0 do self.empty:wait() end
  local item = table.remove(self.items, 1)
  self.count = self.count - 1
  self.full:signal(1)
  return item
end

local controller

return {
  run = function(main)
    controller = cqueues.new()
    controller:wrap(main)
    assert(controller:loop())
  end,
  spawn = function(f, ...) return controller:wrap(f, ...) end,
  sleep = cqueues.sleep,
  queue = function(size)
    return setmetatable({ items = {}, count = 0, size = size, full = condition.new(), empty = condition.new() }, queue)
  end,
  lock = function() return setmetatable({ held = false, free = condition.new() }, lock) end,
}
