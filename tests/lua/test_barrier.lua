-- Barriers between coroutines.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

local function arrivals(b, n)
  local tasks = {}
  for i = 1, n do tasks[i] = async.spawn(b.wait, b) end
  h.turns()
  return tasks
end

-- SYNC-21
function test.the_last_to_come_releases_all_each_with_a_place_of_its_own()
  local b = async.barrier(3)
  equal(b:parties(), 3)
  for _ = 1, 2 do
    local tasks = arrivals(b, 2)
    equal(b:waiting(), 2)
    equal(b:wait(), 2)
    local places = async.gather(tasks)
    table.sort(places)
    h.list(places, { 0, 1 })
  end
  h.raises("invalid", async.barrier, 0)
end

-- SYNC-21
function test.a_scope_begins_when_all_have_come()
  local b, log = async.barrier(2), {}
  async.spawn(function()
    async.sleep(1)
    b:with(function(place, name) log[#log + 1] = name .. place end, "late")
  end)
  b:with(function(place) log[#log + 1] = "early" .. place end)
  h.turns()
  table.sort(log)
  h.list(log, { "early0", "late1" })
end

-- SYNC-22
function test.a_cancelled_waiter_leaves_and_breaks_nothing()
  local b = async.barrier(2)
  local t = arrivals(b, 1)[1]
  t:cancel()
  h.turns()
  equal(b:waiting(), 0)
  equal(b:is_broken(), false)
  arrivals(b, 1)
  b:wait()
end

-- SYNC-23 EXC-07
function test.a_reset_fails_who_waits_and_begins_anew()
  local b = async.barrier(2)
  local t = arrivals(b, 1)[1]
  b:reset()
  equal(h.raises("broken", t.await, t).code, "broken")
  t = arrivals(b, 1)[1]
  b:wait()
  t:await()
end

-- SYNC-24 EXC-07
function test.an_aborted_barrier_stays_broken_until_it_is_reset()
  local b = async.barrier(2)
  local t = arrivals(b, 1)[1]
  b:abort()
  h.raises("broken", t.await, t)
  equal(b:is_broken(), true)
  h.raises("broken", b.wait, b)
  b:reset()
  equal(b:is_broken(), false)
end

test()
