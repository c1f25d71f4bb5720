-- Semaphores held by coroutines.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- SYNC-16 SYNC-20
function test.no_more_tasks_inside_than_units()
  local s, inside, most = async.semaphore(3), 0, 0
  local tasks = {}
  for i = 1, 10 do
    tasks[i] = async.spawn(s.with, s, function()
      inside = inside + 1
      most = math.max(most, inside)
      async.sleep(1)
      inside = inside - 1
    end)
  end
  async.gather(tasks)
  equal(most, 3)
  equal(s:value(), 3)
  equal(s:is_locked(), false)
end

-- SYNC-16 SYNC-27
function test.a_free_unit_is_taken_without_a_turn()
  local s, other = async.semaphore(1), false
  async.spawn(function() other = true end)
  s:acquire()
  equal(other, false)
  equal(s:try_acquire(), false)
  s:release()
  equal(s:try_acquire(), true)
end

-- SYNC-18
function test.a_cancelled_waiter_passes_its_unit_on()
  local s = async.semaphore(0)
  local first, second = async.spawn(s.acquire, s), async.spawn(s.acquire, s)
  h.turns()
  first:cancel()
  s:release()
  second:await()
  equal(s:value(), 0)
end

-- SYNC-16 EXC-11
function test.with_gives_the_unit_back_on_errors_and_cancels()
  local s, odd = async.semaphore(1), {}
  equal(rawequal(select(2, pcall(s.with, s, error, odd)), odd), true)
  local t = async.spawn(s.with, s, async.sleep, 10)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(s:value(), 1)
  h.list({ s:with(function(...) return ... end, 1, 2) }, { 1, 2 })
end

-- SYNC-16
function test.a_negative_value_is_refused()
  h.raises("async.semaphore: argument 1 is out of range: %-1", async.semaphore, -1)
  h.raises("async.semaphore: argument 1 is out of range: 1.5", async.semaphore, 1.5)
end

-- SYNC-19
function test.a_bounded_one_refuses_a_release_too_many()
  local s = async.semaphore(1, { bounded = true })
  h.raises("state", s.release, s)
  equal(s:value(), 1)
  s:with(function() equal(s:value(), 0) end)
  equal(s:value(), 1)
end

-- SYNC-05
function test.what_is_held_is_given_back()
  local s = async.semaphore(2)
  local held = s:hold()
  equal(s:value(), 1)
  held:release()
  held:release()
  equal(s:value(), 2)
end

test()
