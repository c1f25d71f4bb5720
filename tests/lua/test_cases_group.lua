-- The hard cases of several tasks: 4, 5, 13, 14, 20 and 27 of tests/cases/README.md.
local async = require "libasync"
local h = require "harness"
local test, equal, outcome = h.test, h.equal, h.outcome

local function count() return async.current():cancelling() end

-- A task that swallows its cancel and cleans up for a while.
local function stubborn(log)
  local ended = outcome(async.sleep, 100)
  log[#log + 1] = ended
  async.sleep(1)
  return 77
end

local function fails_when_cancelled()
  pcall(async.sleep, 1000)
  error("while dying", 0)
end

-- case 4, TG-02 TG-05 TG-06, D1: then the task is cancelled at its next await, or at its end
function test.any_order.a_parent_is_cancelled_and_a_child_fails_in_one_turn()
  for variant = 0, 7 do
    local cancel_first, goes_on, in_body = variant % 2 > 0, variant % 4 > 1, variant > 3
    local f, log = async.future(), {}
    local t = async.spawn(function()
      local e = h.raises("group", async.group, function(g)
        g:spawn(f.await, f)
        g:spawn(stubborn, log)
        if cancel_first then g:spawn(fails_when_cancelled) end
        if in_body then async.sleep(500) end
      end)
      h.list({ #e.children, count(), #log }, { cancel_first and in_body and 2 or 1, 1, 1 })
      if goes_on then async.sleep(1) end
    end)
    h.turns()
    if cancel_first then t:cancel() end
    pcall(f.set_error, f, "odd") -- refused where the cancel reached it first
    if not cancel_first then t:cancel() end
    h.raises("cancelled", t.await, t)
    h.reports() -- the child's own cancel, where its error was on its way before
  end
end

-- case 5, TG-07 TASK-16
function test.any_order.a_body_that_swallows_the_groups_cancel_goes_on_and_nothing_of_it_leaks()
  local log = {}
  local e = h.raises("group", async.group, function(g)
    g:spawn(function()
      async.sleep(10)
      error("odd", 0)
    end)
    for i, seconds in ipairs { 500, 1, 1 } do log[i] = outcome(async.sleep, seconds) end
  end)
  h.list(log, { "cancelled", "ok", "ok" })
  h.list({ #e.children, count(), outcome(async.sleep, 1) }, { 1, 0, "ok" })
end

-- case 13, COMB-06
function test.any_order.a_cancelled_member_fails_a_gather_whose_awaiter_is_not_cancelled()
  for _, make in ipairs { function() return async.spawn(async.sleep, 100) end, async.future } do
    local sibling, member = async.spawn(function() async.sleep(9) return 9 end), make()
    local level
    local t = async.spawn(function()
      local _, e = pcall(async.gather, { member, sibling })
      level = count()
      error(e, 0)
    end)
    h.turns()
    member:cancel()
    h.raises("cancelled", t.await, t)
    h.list({ level, sibling:done(), sibling:await() }, { 0, false, 9 })
  end
end

-- case 13, COMB-05
function test.any_order.a_cancelled_member_is_a_value_where_errors_are()
  local member = async.spawn(async.sleep, 100)
  async.call_later(1, function() member:cancel() end)
  local results, errors = async.gather({ member, function() return 9 end }, { errors = true })
  h.list({ h.code(errors[1]), results[2] }, { "cancelled", 9 })
end

-- case 13, COMB-07 TASK-12
function test.any_order.a_cancelled_gather_is_cancelled_once_all_are_done_whatever_they_return()
  for _, errors in ipairs { false, true } do
    local log = {}
    local early, late = async.spawn(function() return "early" end), async.spawn(stubborn, log)
    local t = async.spawn(async.gather, { early, late, async.spawn(stubborn, log) }, { errors = errors })
    h.turns()
    t:cancel()
    h.raises("cancelled", t.await, t)
    h.list(log, { "cancelled", "cancelled" })
    h.list({ t:cancelling(), early:await(), late:done(), late:await() }, { 1, "early", true, 77 })
  end
end

-- A task that shields `inner`, and was cancelled.
local function shield_and_cancel(inner)
  local t = async.spawn(function() return async.shield(inner):await() end)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(inner:done(), false)
end

-- case 14, COMB-22 COMB-24: cancelled or out of time, its awaiter leaves it alone
function test.any_order.what_is_shielded_runs_on()
  local inner = async.spawn(function() async.sleep(50) return 50 end)
  shield_and_cancel(inner)
  h.raises("timeout", async.wait_for, async.shield(inner), 10)
  h.list({ inner:cancelling(), inner:await() }, { 0, 50 })
end

-- case 14, COMB-23: whether somebody holds it or nobody
function test.any_order.a_late_error_of_what_was_shielded_is_reported_once()
  for _, kept in ipairs { false, true } do
    local inner = async.spawn(function()
      async.sleep(10)
      error("late", 0)
    end)
    shield_and_cancel(inner)
    if not kept then inner = nil end
    for _ = 1, 2 do collectgarbage() end
    async.sleep(50)
    equal(#h.reports(), 1)
    if kept then equal(outcome(inner.await, inner), "late") end
  end
end

-- case 14, COMB-22
function test.any_order.a_shielded_one_that_is_cancelled_or_was_done()
  local inner = async.spawn(async.sleep, 50)
  local t = async.spawn(function()
    return outcome(function() async.shield(inner):await() end), count()
  end)
  h.turns()
  inner:cancel()
  h.list({ t:await() }, { "cancelled", 0 })
  local done = async.spawn(function() return 1 end)
  done:await()
  equal(async.shield(done) == done, true)
end

-- case 20, TG-08 EXC-08: the inner error first, with the outer's request counted; then one tree of both
function test.any_order.a_child_of_each_of_two_groups_fails_in_one_turn()
  local function fail(name)
    async.sleep(10)
    error(name, 0)
  end
  local inner, level
  local e = h.raises("group", async.group, function(g)
    g:spawn(fail, "outer")
    inner = h.raises("group", async.group, function(g2)
      g2:spawn(fail, "inner")
      async.sleep(500)
    end)
    level = count()
    error(inner, 0)
  end)
  h.list({ level, count(), #inner.children, inner.children[1] }, { 1, 0, 1, "inner" })
  local names = {}
  for i, child in ipairs(e.children) do names[i] = type(child) == "userdata" and child.children[1] or child end
  table.sort(names)
  h.list(names, { "inner", "outer" })
end

-- case 27, TASK-07 TASK-08 TASK-22: an eager child ends as a lazy one
function test.any_order.children_of_each_kind_have_the_same_outcome()
  for _, eager in ipairs { false, true } do
    local function start(f, ...) return async.spawn({ eager = eager }, f, ...) end
    local function starts_others(depth)
      for _ = 1, depth > 0 and 2 or 0 do
        local self, child = async.current(), start(starts_others, depth - 1)
        equal(async.current() == self, true)
        equal(child:await(), depth - 1)
      end
      return depth
    end
    local failing, ending, blocking = start(error, "odd", 0), start(function() return 7 end), start(async.sleep, 5)
    h.list({ failing:done(), ending:done(), blocking:done() }, { eager, eager, false })
    h.list({ outcome(failing.await, failing), ending:await(), outcome(blocking.await, blocking) }, { "odd", 7, "ok" })
    equal(start(starts_others, 4):await(), 4)
  end
end

-- case 27, TASK-08
function test.any_order.a_pending_cancel_is_the_creators()
  for _, eager in ipairs { false, true } do
    local t = async.spawn(function()
      async.current():cancel()
      local child = async.spawn({ eager = eager }, async.sleep, 5)
      return child:cancelling(), outcome(async.sleep, 1), outcome(child.await, child)
    end)
    h.list({ t:await() }, { 0, "cancelled", "ok" })
  end
end

-- case 27, TG-12: the group cancels its parent at the parent's next wait, not inside spawn
function test.any_order.an_eager_failure_in_a_group()
  for _, eager in ipairs { false, true } do
    local log = {}
    h.raises("group", async.group, function(g)
      g:spawn({ eager = eager }, function()
        log[#log + 1] = "failed"
        error("odd", 0)
      end)
      log[#log + 1] = "spawned"
      local ended = outcome(async.sleep, 100)
      log[#log + 1] = ended
    end)
    h.list(log, eager and { "failed", "spawned", "cancelled" } or { "spawned", "failed", "cancelled" })
    equal(count(), 0)
  end
end

test()
