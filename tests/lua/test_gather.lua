-- gather and as_completed over tables of futures and functions.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

local function after(seconds, ...)
  local values, count = { ... }, select("#", ...)
  return async.spawn(function()
    async.sleep(seconds)
    return (table.unpack or unpack)(values, 1, count)
  end)
end

-- COMB-03
function test.results_come_in_argument_order()
  h.list(async.gather { after(3, "a"), after(1, "b"), after(2, "c") }, { "a", "b", "c" })
  equal(#async.gather {}, 0)
end

-- COMB-03
function test.functions_become_tasks_and_nil_results_keep_their_place()
  local results = async.gather { function() return 1 end, function() end, function() return 3 end }
  h.list(results, { 1, nil, 3, n = 3 })
  equal(results.n, 3)
end

-- COMB-03: of several results the first, as wherever Lua has room for one; an await gives all
function test.of_a_task_with_several_results_the_first_is_taken()
  local two, none = after(1, nil, "second"), after(2)
  local results = async.gather { after(1, "a", "b", "c"), two, none }
  h.list(results, { "a", nil, nil, n = 3 })
  h.list({ n = 2, two:await() }, { nil, "second", n = 2 })
  h.list({ n = 2, async.wait_for(two, 1) }, { nil, "second", n = 2 })
  h.list({ n = 2, async.shield(two):await() }, { nil, "second", n = 2 })
  h.list(async.gather({ after(1, "a", "b") }, { errors = true }), { "a" })
  local value, place = async.race { function() return "won", "more" end }
  h.list({ value, place }, { "won", 1 })
end

-- COMB-03
function test.a_future_given_twice_runs_once_and_fills_both_places()
  local t = after(1, "v")
  h.list(async.gather { t, t }, { "v", "v" })
end

-- COMB-04 EXC-11
function test.the_first_error_is_raised_at_once_and_the_others_run_on()
  local odd, finished = {}, false
  local e = select(2, pcall(async.gather, {
    function() async.sleep(2) error(odd) end,
    function() async.sleep(1) error("first", 0) end,
    function() async.sleep(3) finished = true end,
  }))
  equal(e, "first")
  async.sleep(5)
  equal(finished, true)
end

-- COMB-05 COMB-06
function test.with_errors_it_waits_for_all_and_gives_two_lists()
  local odd = {}
  local cancelled = after(9)
  async.call_later(1, function() cancelled:cancel() end)
  local results, errors = async.gather({ after(1, "v"), function() error(odd) end, cancelled }, { errors = true })
  equal(results[1], "v")
  equal(results[2], nil)
  equal(rawequal(errors[2], odd), true)
  equal(async.is_cancelled(errors[3]), true)
  equal(errors[1], nil)
end

-- COMB-07
function test.cancelling_the_awaiter_cancels_the_members()
  local members = { after(10), after(10) }
  local t = async.spawn(async.gather, members)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(members[1]:cancelled(), true)
  equal(members[2]:cancelled(), true)
end

-- COMB-08
function test.what_is_no_future_is_refused_by_its_place()
  h.raises("gather: item 2 is no future but a string", async.gather, { after(1), "x" })
  h.raises("a list of futures expected, got nil", async.gather)
end

-- COMB-25 AGEN-01
function test.as_completed_gives_the_same_objects_in_order_of_completion()
  local slow, quick, middle = after(3, "slow"), after(1, "quick"), after(2, "middle")
  local order = {}
  for future in async.as_completed { slow, quick, middle, quick } do
    order[#order + 1] = future:await()
    if #order == 1 then equal(rawequal(future, quick), true) end
  end
  h.list(order, { "quick", "middle", "slow" })
end

-- COMB-26 AGEN-01
function test.leaving_the_loop_early_leaves_the_tasks_running()
  local slow = after(3, "slow")
  for future in async.as_completed { slow, after(1, "quick") } do
    equal(future:await(), "quick")
    break
  end
  equal(slow:await(), "slow")
end

-- COMB-25
function test.as_completed_gives_failed_members_whose_await_raises()
  local errors = {}
  for future in async.as_completed { function() error("one", 0) end, function() error("two", 0) end } do
    errors[#errors + 1] = select(2, pcall(future.await, future))
  end
  h.list(errors, { "one", "two" })
end

-- COMB-26
function test.a_timeout_around_the_iteration_stops_the_wait_only()
  local slow, got = after(5, "slow"), {}
  h.raises("timeout", async.timeout, 2, function()
    for future in async.as_completed { slow, after(1, "quick") } do got[#got + 1] = future:await() end
  end)
  h.list(got, { "quick" })
  equal(slow:await(), "slow")
end

test()
