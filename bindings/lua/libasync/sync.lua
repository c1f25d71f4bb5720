-- What tasks share: locks, conditions, semaphores, barriers, events, limiters.
local core = require "libasync.native"

-- What hold() gives: on 5.4 a <close> variable gives it back, whatever way the scope ends.
---@class libasync.held
local held = {}
held.__index = held
held.__name = "held"

-- Gives back what is held; again: nothing.
function held:release()
  local of = self.of
  self.of = nil
  if of then of:release() end
end
held.__close = held.release

-- Scoped use, of everything with acquire and release.
local function add_scopes(methods)
  -- Holds it while f(...) runs; given back on errors and cancels too.
  function methods:with(f, ...)
    core.check_callable(f, "with")
    self:acquire()
    return core.after(self.release, self, xpcall(f, core.trace, ...))
  end
  -- local _ <close> = lock:hold()
  function methods:hold()
    self:acquire()
    return setmetatable({ of = self }, held)
  end
end

---@class asy_lock
---@field with async fun(self: asy_lock, f: function, ...: any): any
---@field hold async fun(self: asy_lock): libasync.held
add_scopes(core.methods "lock")

---@class asy_semaphore
---@field with async fun(self: asy_semaphore, f: function, ...: any): any
---@field hold async fun(self: asy_semaphore): libasync.held
add_scopes(core.methods "semaphore")

---@class asy_condition
---@field with async fun(self: asy_condition, f: function, ...: any): any
---@field hold async fun(self: asy_condition): libasync.held
local condition = core.methods "condition"
add_scopes(condition)
-- The lock below it.
---@async
function condition:acquire() self:lock():acquire() end
function condition:release() self:lock():release() end
---@return boolean
function condition:is_locked() return self:lock():is_locked() end

-- Lets up to `count` of those who wait go on; 1 unless given.
---@param count? integer
function condition:notify(count) return core.condition_notify(self, count or 1) end

-- Waits until check() gives something true, and gives that. It runs with the lock held and cannot await.
---@async
---@param check fun(): any
function condition:wait_for(check)
  core.check_callable(check, "condition:wait_for")
  local value = check()
  while not value do
    self:wait()
    value = check()
  end
  return value
end

---@class asy_barrier
local barrier = core.methods "barrier"

-- Runs f(place, ...) once all have come; place is 0 for the first of them.
---@async
---@param f function
function barrier:with(f, ...)
  core.check_callable(f, "with")
  return f(self:wait(), ...)
end

---@class asy_limiter
local limiter = core.methods "limiter"
local acquire, try_acquire = limiter.acquire, limiter.try_acquire

---@async
---@param amount? number 1 unless given
function limiter:acquire(amount) return acquire(self, amount or 1) end
---@param amount? number 1 unless given
---@return boolean
function limiter:try_acquire(amount) return try_acquire(self, amount or 1) end

return {
  ---@class libasync
  exports = {
    -- options: owned = true remembers the task that holds it, and refuses strangers and its holder.
    ---@param options? {owned?: boolean}
    ---@return asy_lock
    lock = function(options) return core.lock_new(core.options(options, "async.lock").owned) end,
    -- Over a lock of the program, or one of its own.
    ---@param lock? asy_lock
    ---@return asy_condition
    condition = function(lock) return core.condition_new(lock or core.lock_new(false)) end,
    -- options: bounded = true refuses a release above the value it began with.
    ---@param value? integer
    ---@param options? {bounded?: boolean}
    ---@return asy_semaphore
    semaphore = function(value, options)
      if core.options(options, "async.semaphore").bounded then return core.semaphore_new_bounded(value or 1) end
      return core.semaphore_new(value or 1)
    end,
    ---@param parties integer
    ---@return asy_barrier
    barrier = function(parties) return core.barrier_new(parties) end,
    ---@return asy_event
    event = function() return core.event_new() end,
    -- A token bucket: `rate` a second, `burst` of them at once.
    ---@param rate number
    ---@param burst? number
    ---@return asy_limiter
    limiter = function(rate, burst) return core.limiter_new(rate, burst or 1) end,
  },
}
