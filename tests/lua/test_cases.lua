-- The hard cases of one task: 1, 2, 3, 6 and 15 to 19 of tests/cases/README.md; those of several tasks are in
-- test_cases_group.lua, of what they share in test_cases_sync.lua, of the loop in test_cases_loop.lua. What Lua cannot
-- express:
--
--   3, 18  a scope's `expired`        a scope is a call, there is no object to ask
--   19     the timeout as the cause   an error of the program stays the value that it raised, which has no cause
--   21                                no error of Lua is fatal
--   22                                Ctrl-C is the interpreter's; a program that wants it listens to the signal
--   24     order without draining     no option of a loop in Lua
--   26     removal of callbacks       a Lua function has no address that C could compare
--   39     a call from a thread       a Lua state belongs to one thread
--
-- Not repeated: 24's I/O and timers of one turn, whose order the binding inherits (LOOP-01).
local async = require "libasync"
local h = require "harness"
local test, equal, outcome = h.test, h.equal, h.outcome

local unpack = table.unpack or unpack

local function count() return async.current():cancelling() end

local completions = {
  value = function(f) f:set_result "value" end,
  error = function(f) f:set_error "error" end,
  wake_up = function(f) f:set_result() end,
}
local delivered = { value = "value", error = "error" }

-- case 1, TASK-13, D1: the body ends, so the request is reported
function test.any_order.what_completed_a_future_before_the_cancel_is_delivered()
  for how, complete in pairs(completions) do
    local f = async.future()
    local t = async.spawn(f.await, f)
    h.turns()
    complete(f)
    t:cancel "late"
    h.list({ n = 2, pcall(t.await, t) }, { how ~= "error", delivered[how], n = 2 })
    local reports = h.reports()
    h.list({ #reports, h.code(reports[1][1]) }, { 1, "cancelled" })
  end
end

-- case 1, TASK-13, D1: the body goes on, so it is raised at the next await that suspends
function test.any_order.the_request_that_waited_is_raised_at_the_next_suspension()
  for how, complete in pairs(completions) do
    local f, first, level = async.future(), nil, nil
    local t = async.spawn(function()
      first = select(2, pcall(f.await, f))
      local _, e = pcall(async.sleep, 1)
      level = count()
      error(e, 0)
    end)
    h.turns()
    complete(f)
    t:cancel "late"
    equal(h.raises("cancelled", t.await, t).message, "late")
    h.list({ n = 2, first, level }, { delivered[how], 1, n = 2 })
  end
end

-- What meets in one turn: the future completes (C), the limit passes (T), somebody cancels the waiting task (X).
local function meet(order)
  local f, refused, t = async.future(), 0, nil
  local act = {
    C = function() if not pcall(f.set_result, f, 9) then refused = refused + 1 end end,
    X = function() t:cancel() end,
    T = function() end, -- which the loop does
  }
  local before, after = order:match "^(.-)(T.*)$"
  local function happen(what) what:gsub(".", function(c) act[c]() end) end
  async.call_later(10, happen, after)
  t = async.spawn(async.wait_for, f, 10)
  h.turns()
  async.advance(10)
  happen(before)
  local ended = outcome(t.await, t)
  async.sleep(1)
  return ("%s %d %d"):format(ended, refused, #h.reports())
end

-- case 2, COMB-12 COMB-14 COMB-15 FUT-15, D1: how it ends, completions refused, cancels reported. With a budget of 1
-- the limit passes before the waiting task runs
function test.outside.completion_limit_and_cancel_in_one_turn()
  for order, wanted in pairs {
    CT = "ok 0 0", TC = "timeout 1 0", CXT = "ok 0 1", XCT = "cancelled 1 0", XT = "cancelled 0 0", CTX = "ok 0 1",
    TX = "cancelled 0 0", TCX = "cancelled 1 0", TXC = "cancelled 1 0", XTC = "cancelled 1 0",
  } do equal(async.run(h.options { ready_budget = 1 }, meet, order), wanted, order) end
end

-- case 3, COMB-18
function test.a_scope_expires_and_its_task_is_cancelled_in_one_turn()
  for _, cancel_first in ipairs { false, true } do
    local seen
    local t = async.spawn(function()
      local ended = outcome(async.timeout, 10, async.sleep, 100)
      seen = { ended, count() }
      error(async.CANCELLED, 0)
    end)
    if not cancel_first then async.call_later(10, function() t:cancel() end) end
    h.turns()
    async.advance(10)
    if cancel_first then t:cancel() end
    h.raises("cancelled", t.await, t)
    h.list(seen, { "cancelled", 1 })
  end
end

-- A script: c cancels its own task, u uncancels, w waits and notes how, 0-9 is the count it must have.
local function follow(script)
  local self, trail = async.current(), {}
  for c in script:gmatch "." do
    if c == "c" then self:cancel()
    elseif c == "u" then self:uncancel()
    elseif c == "w" then trail[#trail + 1] = outcome(async.sleep, 1) == "ok" and "." or "x"
    else equal(self:cancelling(), tonumber(c), script) end
  end
  return table.concat(trail)
end

-- case 6, TASK-18: 0 forgets an undelivered request, two minus one still comes
function test.any_order.counts_of_requests_that_are_made_and_withdrawn()
  for script, wanted in pairs {
    uu0cu = "", cu0ww = "..", ccu1ww1 = "x.", ccu1ww1u0w = "x..", cw1u0w = "x.", cw1c2w2uu0w = "xx.", ccuu0w = ".",
    cucw1 = "x", cw1cu1w1u0 = "xx",
  } do equal(async.spawn(follow, script):await(), wanted, script) end
end

-- case 6, COMB-18
function test.any_order.a_scope_restores_the_count_it_found()
  local t = async.spawn(function()
    async.current():cancel()
    return outcome(async.sleep, 1), outcome(async.timeout, 5, async.sleep, 100), count()
  end)
  h.list({ t:await() }, { "cancelled", "timeout", 1 })
end

-- case 15, FUT-08, D5: each leaves at once, the last one takes the future along
function test.any_order.waiters_of_one_future_are_cancelled_one_by_one()
  local f, tasks = async.future(), {}
  for i = 1, 3 do tasks[i] = async.spawn(f.await, f) end
  h.turns()
  for left = 2, 0, -1 do
    tasks[left + 1]:cancel()
    h.turns()
    h.list({ tasks[left + 1]:cancelled(), f:cancelled() }, { true, left == 0 })
    for i = 1, left do h.list({ tasks[i]:done(), tasks[i]:cancelling() }, { false, 0 }) end
  end
end

-- case 15, TASK-20
function test.any_order.the_future_of_several_waiters_is_cancelled()
  local f, tasks = async.future(), {}
  for i = 1, 2 do tasks[i] = async.spawn(f.await, f) end
  h.turns()
  f:cancel "everybody"
  for i = 1, 2 do
    equal(h.raises("cancelled", tasks[i].await, tasks[i]).message, "everybody")
    equal(tasks[i]:cancelling(), 0)
  end
end

-- case 16, TASK-12 TASK-16 COMB-18: a later scope compares with the count of 1
function test.any_order.a_cancel_that_the_inner_task_swallowed_stays_counted()
  local inner = async.spawn(function()
    pcall(async.sleep, 100)
    async.sleep(1)
    return 77
  end)
  local outer = async.spawn(function()
    return inner:await(), count(), outcome(async.timeout, 5, async.sleep, 100), count()
  end)
  h.turns()
  outer:cancel()
  h.list({ outer:await() }, { 77, 1, "timeout", 1 })
end

-- case 17, TASK-11 TASK-14 TASK-15: never started and freed; of itself, its value dropped; too late
function test.any_order.cancels_at_the_two_ends_of_a_task()
  local ran, freed = false, setmetatable({ {} }, { __mode = "v" })
  local early = async.spawn(function() ran = true end, freed[1])
  equal(early:cancel(), true)
  h.raises("cancelled", early.await, early)
  for _ = 1, 2 do collectgarbage() end
  h.list({ n = 2, ran, freed[1] }, { false, nil, n = 2 })
  local function cancel_self(withdraw)
    async.current():cancel()
    if withdraw then async.current():uncancel() end
    return 3
  end
  local itself = async.spawn(cancel_self)
  h.raises("cancelled", itself.await, itself)
  local done = async.spawn(cancel_self, "withdraw")
  h.list({ done:await(), done:cancel(), done:cancelling(), done:cancelled() }, { 3, false, 0, false })
end

-- Scopes in each other; `seen` gets how each ended, and the count after it.
local function nest(limits, seen, depth)
  if not limits[depth] then return async.sleep(1000) end
  local _, e = pcall(async.timeout, limits[depth], nest, limits, seen, depth + 1)
  seen[depth] = h.code(e) .. count()
  error(e, 0)
end

-- case 18, COMB-19 LOOP-25 HND-06: the loop was blocked; of the scopes that are past due the outermost times out
function test.any_order.scopes_that_are_past_due()
  for _, limits in ipairs { { 10, 10, 10 }, { 30, 20, 10 }, { 10, 20, 30 }, { 100, 10, 10 } } do
    local seen = {}
    local t = async.spawn(nest, limits, seen, 1)
    h.turns()
    async.advance(50)
    h.raises("timeout", t.await, t)
    local inner = limits[1] == 100 and { "timeout0", "cancelled1" } or { "cancelled1", "cancelled2" }
    h.list(seen, { "timeout0", unpack(inner) })
  end
end

-- case 19, COMB-20, W3
function test.any_order.what_leaves_a_body_after_its_deadline()
  local function late(f, ...)
    equal(outcome(async.sleep, 100), "cancelled")
    return f(...)
  end
  local odd = {}
  equal(rawequal(select(2, pcall(async.timeout, 10, late, error, odd)), odd), true)
  local e = h.raises("group", async.timeout, 10, late, async.group, function(g) g:spawn(error, "leaf", 0) end)
  equal(e.children[1], "leaf")
  h.list({ async.timeout(10, late, function() return "swallowed" end), count() }, { "swallowed", 0 })
  local reports = h.reports()
  h.list({ #reports, h.code(reports[1][1]) }, { 1, "timeout" })
end

test()
