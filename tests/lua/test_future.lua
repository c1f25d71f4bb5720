-- Futures and promises as bridges from callback code, with values and errors of the program.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- FUT-01 FUT-02 EXC-03
function test.a_future_completes_once()
  local f = async.future()
  equal(f:done(), false)
  equal(f:set_result "first", true)
  equal(f:done(), true)
  h.raises("state", f.set_result, f, "second")
  h.raises("state", f.set_error, f, "late")
  equal(f:await(), "first")
  equal(tostring(f), 'future done: "first"')
end

-- FUT-02 EXC-11
function test.set_error_keeps_the_object()
  local odd, f = {}, async.future()
  f:set_error(odd)
  equal(rawequal(select(2, pcall(f.await, f)), odd), true)
end

-- TASK-02
function test.a_task_cannot_be_completed_from_outside()
  local t = async.spawn(async.sleep, 1)
  h.raises("invalid", t.set_result, t, 1)
  t:await()
end

-- FUT-03 TASK-20
function test.a_cancelled_future_raises_in_its_awaiters()
  local f = async.future()
  local t = async.spawn(function()
    local _, e = pcall(f.await, f)
    return async.is_cancelled(e), e.message, async.current():cancelling()
  end)
  h.turns()
  equal(f:cancel "gone", true)
  h.list({ t:await() }, { true, "gone", 0 })
  equal(f:cancelled(), true)
end

-- FUT-04 FUT-06
function test.done_callbacks_run_later_in_order_and_get_the_future()
  local f, log = async.future(), {}
  f:add_done_callback(function(done) log[#log + 1] = done == f end)
  f:add_done_callback(function() error "isolated" end)
  f:add_done_callback(function() log[#log + 1] = "last" end)
  f:set_result(1)
  equal(#log, 0)
  h.turns()
  h.list(log, { true, "last" })
  equal(#h.reports(), 1)
end

-- FUT-07
function test.awaiters_wake_in_order()
  local f, log = async.future(), {}
  for i = 1, 3 do
    async.spawn(function()
      local value = f:await()
      log[#log + 1] = i .. value
    end)
  end
  h.turns()
  f:set_result "v"
  h.turns()
  h.list(log, { "1v", "2v", "3v" })
end

-- CORO-11 FUT-15
function test.a_promise_bridges_a_callback_api()
  local callbacks = {}
  local function old_api(callback) callbacks[#callbacks + 1] = callback end
  local function fetch()
    local future, promise = async.promise()
    old_api(function(ok, value)
      if ok then promise:set_result(value) else promise:set_error(value) end
    end)
    return future:await()
  end
  local one, two = async.spawn(fetch), async.spawn(fetch)
  h.turns()
  callbacks[1](true, "value")
  callbacks[2](false, "failed")
  equal(one:await(), "value")
  equal(select(2, pcall(two.await, two)), "failed")
  h.raises("state", callbacks[1], true, "again")
end

-- CORO-11 FUT-15
function test.completing_a_promise_whose_future_was_cancelled_is_quiet()
  local future, promise = async.promise()
  future:cancel()
  promise:set_result "late"
  h.turns()
  equal(future:cancelled(), true)
end

-- CORO-11
function test.a_dropped_promise_fails_its_future()
  local future, promise = async.promise()
  promise = nil -- luacheck: ignore
  collectgarbage()
  collectgarbage()
  h.raises("broken_promise", future.await, future)
end

-- TASK-12 FUT-03
function test.with_a_cancel_callback_the_cancel_only_asks()
  local asked
  local f
  f = async.future(function(which) asked = which == f end)
  local t = async.spawn(function() return f:await() end)
  h.turns()
  t:cancel()
  h.turns()
  equal(asked, true)
  equal(t:done(), false)
  f:set_result "finished anyway"
  equal(t:await(), "finished anyway")
end

-- FUT-09
function test.an_unread_error_is_reported_when_the_handle_is_collected()
  do
    local f = async.future()
    f:set_error "unread"
  end
  h.turns()
  collectgarbage()
  collectgarbage()
  h.turns()
  local reports = h.reports()
  equal(#reports, 1)
  h.matches(reports[1][1], "unread")
end

-- FUT-09
function test.collecting_a_pending_future_is_quiet()
  for _ = 1, 100 do async.future() end
  collectgarbage()
  collectgarbage()
end

-- FUT-19
function test.outside.handles_outlive_their_loop()
  local f, q, t
  h.run(function()
    f, q = async.future(), async.queue()
    t = async.spawn(function() return "v" end)
    async.sleep(1)
  end)
  h.raises(nil, f.set_result, f, 1)
  h.raises(nil, q.try_put, q, 1)
  equal(t:done(), true)
  h.run(function()
    equal(t:done(), true)
    h.raises(nil, f.await, f)
  end)
end

-- FUT-08
function test.handles_compare_by_what_they_hold()
  local f = async.future()
  local same = async.spawn(function() return f end):await()
  equal(same == f, true)
  equal(same == async.future(), false)
end

-- LOOP-09 TASK-34
function test.bridging_a_future_keeps_the_handle()
  local f = async.future()
  f:set_result "across"
  equal(f:bridge(), "across")
  collectgarbage()
  local other = async.future() -- in the place of the first, if that had been freed
  h.list({ f == other, f:done(), other:done() }, { false, true, false })
end

test()
