-- wait, shield, race, deadlines of iterations, errors of several.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

local function after(seconds, value)
  return function()
    async.sleep(seconds)
    if type(value) == "table" then error(value, 0) end
    return value
  end
end

-- COMB-09 COMB-10
function test.wait_tells_who_is_done_and_touches_nobody()
  local odd = {}
  local quick, bad, slow = async.spawn(after(1, "q")), async.spawn(after(2, odd)), async.spawn(after(9, "s"))
  local done, pending = async.wait({ slow, quick, bad }, { mode = "first" })
  h.list({ #done, #pending, done[1] == quick, pending[1] == slow }, { 1, 2, true, true })
  done = async.wait({ slow, quick, bad }, { mode = "first_error" })
  h.list({ #done, async.time() >= 2 }, { 2, true })
  done, pending = async.wait({ slow, bad }, { timeout = 1 })
  h.list({ #done, #pending, slow:done() }, { 1, 1, false })
  done, pending = async.wait { slow, bad }
  h.list({ #done, #pending, slow:await() }, { 2, 0, "s" })
  equal(rawequal(select(2, pcall(bad.await, bad)), odd), true)
  done = async.wait({ after(1, 1), slow }, { timeout = 0 })
  equal(#done, 1)
end

-- COMB-09
function test.a_cancelled_wait_cancels_nobody()
  local slow = async.spawn(after(5, "s"))
  local t = async.spawn(async.wait, { slow })
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(slow:await(), "s")
  h.raises("invalid", async.wait, {})
  h.raises("no such mode: any", async.wait, { slow }, { mode = "any" })
  h.raises("item 1 is no future but a number", async.wait, { 5 })
end

-- COMB-10
function test.a_cancelled_member_is_no_first_error()
  local a, b = async.spawn(async.sleep, 5), async.spawn(async.sleep, 2)
  async.call_later(1, function() a:cancel() end)
  local done = async.wait({ a, b }, { mode = "first_error" })
  h.list({ #done, async.time() >= 2 }, { 2, true })
end

-- COMB-22 COMB-24
function test.a_shield_lets_its_task_go_on()
  local inner = async.spawn(after(5, "v"))
  local t = async.spawn(function() return async.shield(inner):await() end)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(inner:await(), "v")
  equal(async.shield(inner), inner)
  equal(async.shield(after(1, 7)):await(), 7)
  local left = async.spawn(after(5, "w"))
  h.raises("timeout", async.wait_for, async.shield(left), 1)
  equal(left:await(), "w")
  local gone = async.spawn(async.sleep, 5)
  local shield = async.shield(gone)
  gone:cancel()
  h.raises("cancelled", shield.await, shield)
end

-- COMB-23 EXC-11
function test.an_error_behind_a_cancelled_shield_is_reported_once()
  local odd = setmetatable({}, { __tostring = function() return "late failure" end })
  local shield
  do
    shield = async.shield(after(2, odd))
  end
  shield:cancel()
  h.raises("cancelled", shield.await, shield)
  async.sleep(3)
  for _ = 1, 2 do collectgarbage() end
  local reports = h.reports()
  equal(#reports, 1)
  h.matches(reports[1][1], "late failure")
end

-- COMB-27
function test.of_a_race_the_losers_have_cleaned_up()
  local cleaned
  local value, place = async.race {
    function()
      local _, e = pcall(async.sleep, 10)
      async.sleep(1)
      cleaned = true
      error(e, 0)
    end,
    after(2, "winner"),
  }
  h.list({ value, place, cleaned }, { "winner", 2, true })
end

-- COMB-28 EXC-11
function test.a_staggered_race_starts_the_next_on_failure_or_delay()
  local odd, log, began = {}, {}, async.time()
  local function attempt(name, ...)
    local f = after(...)
    return function()
      log[#log + 1] = name .. math.floor(async.time() - began + 0.5)
      return f()
    end
  end
  local value, place, errors = async.race({ attempt("a", 1, odd), attempt("b", 20, "b"), attempt("c", 2, "c") }, 5)
  h.list({ value, place }, { "c", 3 })
  h.list(log, { "a0", "b1", "c6" })
  equal(rawequal(errors[1], odd), true)
  h.list({ n = 1, errors[3] }, { nil, n = 1 })
  local e = h.raises("group", async.race, { after(1, odd), after(2, {}) }, math.huge)
  h.list({ #e.children, rawequal(e.children[1], odd) }, { 2, true })
  h.raises("invalid", async.race, {})
end

-- COMB-28
function test.a_race_forwards_a_cancel_and_takes_functions_only()
  local ended = 0
  local function stubborn()
    pcall(async.sleep, 10)
    async.sleep(1)
    ended = ended + 1
  end
  local t = async.spawn(async.race, { stubborn, stubborn })
  h.turns()
  t:cancel()
  pcall(t.await, t)
  equal(ended, 2)
  local e = h.raises("group", async.race, { 5 })
  h.matches(e.children[1], "a task needs a function")
end

-- COMB-26
function test.past_its_deadline_an_iteration_raises_and_the_rest_goes_on()
  local slow, seen = async.spawn(after(9, "s")), {}
  h.raises("timeout", function()
    for future in async.as_completed({ after(1, "a"), slow }, { timeout = 2 }) do seen[#seen + 1] = future:await() end
  end)
  h.list(seen, { "a" })
  equal(slow:await(), "s")
end

-- COMB-16
function test.a_deadline_may_be_a_time()
  h.raises("timeout", async.timeout_at, async.time() + 1, async.sleep, 9)
  equal(async.timeout_at(async.time() + 1, function() return 1 end), 1)
  equal(async.timeout_at(nil, function() return 2 end), 2)
end

-- TEST-05 EXC-11
function test.a_group_of_errors_is_split_by_what_matches()
  local odd, even = { odd = true }, { even = true }
  local e = h.raises("group", async.group, function(g)
    g:spawn(async.group, function(inner)
      inner:spawn(after(1, even))
      inner:spawn(after(1, odd))
    end)
    g:spawn(after(1, odd))
  end)
  local matched, rest = e:split(function(x) return x == odd end)
  local inner = matched.children[1].children and 1 or 2
  equal(rawequal(matched.children[3 - inner], odd), true)
  equal(rawequal(matched.children[inner].children[1], odd), true)
  equal(rawequal(rest.children[1].children[1], even), true)
  local all, none = e:split(function() return true end)
  equal(none, nil)
  equal(all, e)
end

-- COMB-03 COMB-09 COMB-10
function test.nothing_starts_before_all_is_known_to_be_right()
  local started = 0
  local function f() started = started + 1 end
  for _, name in ipairs { "gather", "wait", "as_completed" } do
    h.raises("async." .. name .. ": item 2 is no future but a number", async[name], { f, 42 })
    h.raises("async." .. name .. ": item 2 is no future but a nil", async[name], { f, nil, f })
    h.raises("async." .. name .. ": a table of options expected, got number", async[name], { f }, 5)
    h.raises("async." .. name .. ": a list of futures expected, got nil", async[name])
  end
  h.raises("item 1 is no future but a userdata", async.as_completed, { io.stdout })
  local refused
  async.call_soon(function()
    refused = { h.outcome(async.gather, { f }), h.outcome(async.wait, { f }), h.outcome(async.wait_for, f, 1) }
  end)
  h.turns()
  for i = 1, 3 do h.matches(refused[i], "await outside a task") end
  equal(started, 0)
end

test()
