-- The testing kit for programs.
local async = require "libasync"
local testing = require "libasync.testing"
local h = require "harness"
local test, equal = h.test, h.equal

-- TEST-01 TEST-07
function test.outside.a_run_has_a_loop_of_its_own_and_a_virtual_clock()
  local before = os.clock()
  h.list({ n = 2, testing.run(function(...)
    async.sleep(3600 / 2)
    return ...
  end, nil, 2) }, { nil, 2, n = 2 })
  equal(os.clock() - before < 1, true)
  local odd = {}
  equal(rawequal(select(2, pcall(testing.run, error, odd)), odd), true)
end

-- TEST-08 INTR-06
function test.outside.a_test_that_hangs_fails_with_what_every_task_waits_for()
  local e = h.raises("the test hangs for 5 seconds", testing.run, { limit = 5 }, function()
    async.spawn({ name = "stuck" }, function() async.future():await() end)
    async.future():await()
  end)
  h.matches(e, "task stuck waiting for future.*test_testing.lua:%d+")
end

-- TEST-02 DBG-09
function test.outside.what_was_reported_fails_the_test()
  h.raises("reported:.*nobody read this", testing.run, function()
    async.spawn(error, "nobody read this")
    async.sleep(1)
  end)
end

-- TEST-06 SYNC-25 LOOP-15
function test.outside.what_belongs_to_another_loop_fails_clearly()
  local queue
  testing.run(function() queue = async.queue() end)
  h.raises("closed", testing.run, function() queue:get() end)
  local runner = async.runner(h.options())
  runner:run(function() queue = async.queue() end)
  h.raises("another loop", testing.run, function() queue:get() end)
  runner:close()
end

-- TEST-10
function test.outside.a_seed_gives_an_order_that_can_be_replayed()
  local function order(seed)
    local log = {}
    testing.run({ seed = seed }, function()
      for i = 1, 8 do async.spawn(function() log[#log + 1] = i end) end
      async.sleep(1)
    end)
    return table.concat(log)
  end
  equal(order(0), "12345678")
  equal(order(7), order(7))
  local differs = false
  for seed = 1, 5 do differs = differs or order(seed) ~= "12345678" end
  equal(differs, true)
end

-- TEST-04 TEST-09
function test.outside.cancelled_at_every_suspension()
  local lock_free, ends = 0, {}
  local suspensions = testing.cancel_everywhere(function()
    local lock = async.lock()
    local ok, e = pcall(lock.with, lock, function()
      async.sleep(1)
      async.sleep(1)
    end)
    if not lock:is_locked() then lock_free = lock_free + 1 end
    if not ok then error(e, 0) end
  end, function(task, n) ends[n] = task:cancelled() end)
  equal(suspensions, 2)
  h.list(ends, { true, true, false })
  equal(lock_free, 3)
end

-- TEST-09
function test.a_task_is_cancelled_where_asked()
  local reached = 0
  local t = async.spawn(function()
    for i = 1, 5 do
      async.sleep(1)
      reached = i
    end
  end)
  testing.cancel_at(3, t)
  h.raises("cancelled", t.await, t)
  equal(reached, 2)
end

-- TEST-01
function test.outside.handles_that_are_left_are_told()
  local keep
  h.raises("alive after the run: .*queue", testing.run, { leaks = false }, function() keep = async.queue() end)
  equal(keep ~= nil, true)
  testing.run({ leaks = false }, function() async.queue() end)
end

test()
