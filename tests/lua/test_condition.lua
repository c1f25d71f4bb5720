-- Conditions between coroutines.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- Starts n tasks that wait, each in the order of its start; gives the log of who went on.
local function waiters(c, n)
  local log, tasks = {}, {}
  for i = 1, n do
    tasks[i] = async.spawn(c.with, c, function()
      c:wait()
      log[#log + 1] = i
    end)
  end
  h.turns()
  return log, tasks
end

-- SYNC-10
function test.without_the_lock_nothing_works()
  local c = async.condition()
  h.raises("state", c.wait, c)
  h.raises("state", c.notify, c)
  h.raises("state", c.notify_all, c)
  h.raises("state", c.release, c)
end

-- SYNC-10
function test.a_lock_can_be_shared()
  local lock = async.lock()
  local c = async.condition(lock)
  equal(c:lock(), lock)
  c:acquire()
  equal(lock:is_locked(), true)
  equal(c:is_locked(), true)
  lock:release()
end

-- SYNC-11
function test.a_wait_lets_the_lock_go_and_ends_with_it()
  local c = async.condition()
  local log, tasks = waiters(c, 1)
  equal(c:is_locked(), false)
  local held = c:hold()
  c:notify()
  h.turns()
  equal(#log, 0)
  held:release()
  tasks[1]:await()
  h.list(log, { 1 })
  equal(c:is_locked(), false)
end

-- SYNC-14
function test.notify_wakes_as_many_as_asked_first_come_first()
  local c = async.condition()
  local log = waiters(c, 5)
  equal(c:waiting(), 5)
  c:with(c.notify, c)
  h.turns(10)
  h.list(log, { 1 })
  c:with(c.notify, c, 2)
  h.turns(10)
  h.list(log, { 1, 2, 3 })
  c:with(c.notify_all, c)
  h.turns(10)
  h.list(log, { 1, 2, 3, 4, 5 })
end

-- SYNC-12
function test.a_wait_cancelled_while_it_gets_the_lock_back_ends_with_the_lock()
  local c, locked = async.condition()
  local t = async.spawn(function()
    c:acquire()
    local _, e = pcall(c.wait, c)
    locked = c:is_locked()
    c:release()
    error(e, 0)
  end)
  h.turns()
  c:acquire()
  c:notify()
  h.turns()
  t:cancel "first"
  h.turns()
  t:cancel "latest"
  h.turns()
  equal(t:done(), false)
  c:release()
  local e = h.raises("cancelled", t.await, t)
  equal(e.message, "latest")
  equal(locked, true)
  equal(c:is_locked(), false)
end

-- SYNC-13
function test.the_notification_of_a_cancelled_waiter_goes_to_another()
  local c = async.condition()
  local log, tasks = waiters(c, 2)
  c:acquire()
  c:notify()
  tasks[1]:cancel()
  c:release()
  tasks[2]:await()
  h.list(log, { 2 })
end

-- SYNC-15
function test.wait_for_gives_what_its_predicate_gave()
  local c, ready = async.condition(), nil
  equal(c:wait_for(function() return "at once" end), "at once")
  local checked = 0
  local t = async.spawn(c.with, c, c.wait_for, c, function()
    equal(c:is_locked(), true)
    checked = checked + 1
    return ready
  end)
  h.turns()
  c:with(c.notify, c)
  h.turns(6)
  ready = "ready"
  c:with(c.notify_all, c)
  equal(t:await(), "ready")
  equal(checked, 3)
  h.raises("state", c.wait_for, c, function() return false end)
  h.raises("odd", c.with, c, c.wait_for, c, function() error "odd" end)
  equal(c:is_locked(), false)
end

test()
