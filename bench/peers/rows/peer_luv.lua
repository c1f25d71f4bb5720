-- luv with coroutines, the shortest scheduler that does it: no errors, no cancelling, no names.
local uv = require "luv"

local ready, first, last = {}, 1, 0

local function wake(co)
  last = last + 1
  ready[last] = co
end

local function wait(list)
  list[#list + 1] = coroutine.running()
  coroutine.yield()
end

local function wake_one(list)
  if list[1] then wake(table.remove(list, 1)) end
end

local lock = {}
lock.__index = lock
function lock:acquire()
  while self.held do wait(self.waiting) end
  self.held = true
end
function lock:release()
  self.held = false
  wake_one(self.waiting)
end

local queue = {}
queue.__index = queue
function queue:put(item)
  while #self.items == self.size do wait(self.putting) end
  self.items[#self.items + 1] = item
  wake_one(self.getting)
end
function queue:get()
  while #self.items == 0 do wait(self.getting) end
  local item = table.remove(self.items, 1)
  wake_one(self.putting)
  return item
end

-- Timers are closed in their callback: a handle of luv's lives until then.
local function call_later(seconds, f)
  local timer = uv.new_timer()
  timer:start(math.ceil(seconds * 1000), 0, function()
    timer:close()
    f()
  end)
  return timer
end

local function resume(co, ...) assert(coroutine.resume(co, ...)) end

local function run(main)
  local running = true
  wake(coroutine.create(function()
    main()
    running = false
  end))
  while running do
    while first <= last do
      local co = ready[first]
      ready[first] = nil
      first = first + 1
      resume(co)
    end
    if running then uv.run "once" end
  end
  uv.run "nowait"
end

return {
  run = run,
  spawn = function(f, ...)
    local argument = ...
    wake(coroutine.create(argument == nil and f or function() f(argument) end))
  end,
  sleep = function(seconds)
    local co = coroutine.running()
    if seconds == 0 then wake(co) else call_later(seconds, function() resume(co) end) end
    coroutine.yield()
  end,
  call_later = call_later,
  cancel = function(timer) timer:close() end,
  queue = function(size) return setmetatable({ items = {}, size = size, putting = {}, getting = {} }, queue) end,
  lock = function() return setmetatable({ held = false, waiting = {} }, lock) end,
}
