-- Deadlines as scopes around calls, and wait_for.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- COMB-16 EXC-02
function test.past_the_deadline_the_call_is_cancelled_and_timeout_raised()
  local inside
  local e = h.raises("timeout", async.timeout, 1, function()
    local ok, cancelled = pcall(async.sleep, 10)
    inside = not ok and async.is_cancelled(cancelled)
    error(cancelled, 0)
  end)
  equal(e.code, "timeout")
  equal(inside, true)
  equal(async.time() < 5, true)
  equal(async.current():cancelling(), 0)
end

-- COMB-16
function test.in_time_the_results_come_back()
  h.list({ n = 3, async.timeout(1, function(...) return ... end, 1, nil, 3) }, { 1, nil, 3, n = 3 })
  equal(async.timeout(nil, function() return "no limit" end), "no limit")
end

-- COMB-20 EXC-11
function test.another_error_passes_unchanged()
  local odd = {}
  equal(rawequal(select(2, pcall(async.timeout, 1, error, odd)), odd), true)
end

-- COMB-17
function test.a_past_deadline_fires_at_the_first_suspension()
  equal(async.timeout(0, function() return "no suspension" end), "no suspension")
  local reached
  h.raises("timeout", async.timeout, 0, function()
    reached = true
    async.sleep(0)
  end)
  equal(reached, true)
end

-- COMB-21
function test.a_deadline_can_be_moved_while_its_scope_lasts()
  local kept
  h.list({ async.timeout_scope(5, function(scope, ...)
    kept = scope
    equal(scope:when(), async.time() + 5)
    scope:reschedule(async.time() + 20)
    async.sleep(10)
    scope:reschedule()
    equal(scope:when(), math.huge)
    async.sleep(100)
    return scope:is_expired(), ...
  end, "x") }, { false, "x" })
  equal(kept:is_expired(), false)
  h.raises("closed", kept.reschedule, kept, 1)
end

-- COMB-21 COMB-20
function test.a_deadline_moved_into_the_past_acts_at_the_next_suspension()
  local kept, reached
  h.raises("timeout", async.timeout_scope, nil, function(scope)
    kept = scope
    scope:reschedule(async.time() - 1)
    reached = true
    pcall(async.sleep, 10)
    equal(scope:is_expired(), true)
    h.raises("state", scope.reschedule, scope, async.time() + 1)
    error(async.CANCELLED, 0)
  end)
  equal(reached and kept:is_expired(), true)
  -- Who swallows it goes on, and can tell.
  equal(async.timeout_scope(1, function(scope)
    pcall(async.sleep, 10)
    return scope:is_expired()
  end), true)
  equal(#h.reports(), 1)
end

-- COMB-18
function test.a_cancel_from_outside_is_not_turned_into_a_timeout()
  local t = async.spawn(async.timeout, 10, async.sleep, 20)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
end

-- COMB-19
function test.of_nested_timeouts_the_outer_one_that_expired_raises()
  local inner
  h.raises("timeout", async.timeout, 1, function()
    local ok, e = pcall(async.timeout, 5, async.sleep, 10)
    inner = e
    error(e, 0)
  end)
  equal(async.is_cancelled(inner), true)
  h.raises("timeout", async.timeout, 5, function()
    h.raises("timeout", async.timeout, 1, async.sleep, 10)
    async.sleep(10)
  end)
end

-- COMB-12 EXC-10
function test.wait_for_cancels_waits_for_the_clean_up_and_names_the_cause()
  local cleaned
  local t = async.spawn(function()
    local _, e = pcall(async.sleep, 100)
    async.sleep(3)
    cleaned = true
    error(e, 0)
  end)
  local e = h.raises("timeout", async.wait_for, t, 1)
  equal(cleaned, true)
  equal(async.is_cancelled(e.cause), true)
  equal(t:cancelled(), true)
end

-- COMB-11
function test.wait_for_gives_the_result_and_takes_functions()
  equal(async.wait_for(function() return "v" end, 1), "v")
  local t = async.spawn(function() return 1 end)
  equal(async.wait_for(t), 1)
  equal(t:await(), 1)
end

-- HND-08 COMB-01
function test.infinite_waits_can_be_cancelled_and_nan_is_refused()
  local t = async.spawn(async.sleep, math.huge)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  h.raises("invalid", async.sleep, 0 / 0)
  h.raises("invalid", async.timeout, 0 / 0, print)
end

-- COMB-02
function test.sleep_zero_is_one_turn()
  local log = {}
  async.spawn(function()
    for i = 1, 3 do
      log[#log + 1] = "a" .. i
      async.sleep(0)
    end
  end)
  async.spawn(function()
    for i = 1, 3 do
      log[#log + 1] = "b" .. i
      async.sleep(-1)
    end
  end)
  h.turns(4)
  h.list(log, { "a1", "b1", "a2", "b2", "a3", "b3" })
end

test()
