-- Tasks whose outcome depends on coroutines: arguments, results, cancellation at the await, clean-up that awaits.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- TASK-01 TASK-10 CORO-12
function test.tasks_start_in_order_of_creation_and_not_inside_spawn()
  local log = {}
  for i = 1, 3 do async.spawn(function() log[#log + 1] = i end) end
  equal(#log, 0)
  h.turns(1)
  h.list(log, { 1, 2, 3 })
end

-- TASK-01
function test.spawn_wants_a_function()
  h.raises("a task needs a function, got n", async.spawn)
  h.raises("a task needs a function, got number", async.spawn, 5)
  local callable = setmetatable({}, { __call = function(_, n) return n + 1 end })
  equal(async.spawn(callable, 2):await(), 3)
end

-- CORO-02
function test.arguments_and_results_arrive_complete()
  local a, b, c, d = async.spawn(function(...) return select("#", ...), ... end, nil, "x", nil):await()
  h.list({ a, b, c, d, n = 4 }, { 3, nil, "x", nil, n = 4 })
  h.list({ async.spawn(function() end):await(), n = 1 }, { nil, n = 1 })
  equal(select("#", async.spawn(function() return nil, nil end):await()), 2)
end

-- CORO-02 TASK-03
function test.awaiting_a_finished_task_does_not_yield()
  local t = async.spawn(function() return "v" end)
  h.turns(1)
  local other = false
  async.spawn(function() other = true end)
  equal(t:await(), "v")
  equal(t:await(), "v")
  equal(other, false)
end

-- CORO-02 LOOP-25
function test.many_finished_awaits_in_a_row_let_others_run()
  local t = async.spawn(function() return 7 end)
  t:await()
  local other = false
  async.spawn(function() other = true end)
  for _ = 1, 300 do equal(t:await(), 7) end
  equal(other, true)
end

-- TASK-14
function test.cancel_before_the_first_step_never_starts_the_body()
  local started = false
  local t = async.spawn(function() started = true end)
  equal(t:cancel "why", true)
  local e = h.raises("cancelled", t.await, t)
  equal(e.message, "why")
  equal(started, false)
  equal(t:cancelled(), true)
end

-- TASK-12 TASK-16 TASK-17
function test.cancel_is_raised_at_the_await_and_clean_up_may_await()
  local log = {}
  local t = async.spawn(function()
    local ok, e = pcall(async.sleep, 10)
    log[1], log[2] = ok, async.is_cancelled(e)
    async.sleep(1)
    log[3] = "cleaned"
    error(e, 0)
  end)
  h.turns()
  t:cancel()
  local e = h.raises("cancelled", t.await, t)
  equal(e, async.CANCELLED)
  h.list(log, { false, true, "cleaned" })
  equal(t:cancelled(), true)
  equal(async.time() < 5, true)
end

-- TASK-16
function test.a_swallowed_cancel_lets_the_task_finish()
  local t = async.spawn(function()
    pcall(async.sleep, 10)
    async.sleep(1)
    return "survived"
  end)
  h.turns()
  t:cancel()
  equal(t:await(), "survived")
  equal(t:cancelled(), false)
end

-- TASK-17
function test.raising_cancelled_ends_the_task_cancelled()
  local t = async.spawn(function() error(async.CANCELLED, 0) end)
  h.raises("cancelled", t.await, t)
  equal(t:cancelled(), true)
end

-- TASK-18 TASK-11
function test.cancelling_counts_requests()
  local t
  t = async.spawn(function()
    equal(t:cancelling(), 0)
    pcall(async.sleep, 1)
    equal(t:cancelling(), 2)
    equal(t:uncancel(), 1)
    equal(t:uncancel(), 0)
  end)
  h.turns()
  equal(t:cancel(), true)
  equal(t:cancel(), true)
  t:await()
  equal(t:cancel(), false)
end

-- TASK-19
function test.the_cancel_message_arrives_at_the_await()
  local seen
  local t = async.spawn(function()
    local _, e = pcall(async.sleep, 10)
    seen = e.message
    error(e, 0)
  end)
  h.turns()
  t:cancel "shutting down"
  equal(h.raises("cancelled", t.await, t).message, "shutting down")
  equal(seen, "shutting down")
end

-- TASK-13 CORO-02
function test.a_value_that_arrived_before_the_cancel_is_delivered()
  local f = async.future()
  local got, after
  local t = async.spawn(function()
    got = f:await()
    after = select(2, pcall(async.sleep, 1))
  end)
  h.turns()
  f:set_result "arrived"
  t:cancel()
  t:await()
  equal(got, "arrived")
  equal(async.is_cancelled(after), true)
end

-- TASK-13 LOOP-25
function test.a_cancel_during_a_run_of_finished_awaits_waits_for_the_next_suspension()
  local ready = async.spawn(function() return 1 end)
  ready:await()
  local t = async.spawn(function()
    local sum = 0
    for _ = 1, 300 do sum = sum + ready:await() end
    return sum, async.is_cancelled(select(2, pcall(async.sleep, 1)))
  end)
  async.spawn(function() t:cancel() end)
  h.list({ t:await() }, { 300, true })
end

-- EXC-01
function test.async_pcall_catches_errors_but_no_cancellation()
  local caught
  local t = async.spawn(function()
    caught = select(2, async.pcall(error, "plain", 0))
    async.pcall(async.sleep, 10)
    caught = "never"
  end)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(caught, "plain")
end

-- TASK-22
function test.current_is_the_running_task_and_none_in_callbacks()
  local inner
  local t = async.spawn(function() inner = async.current() end)
  local here = async.current()
  t:await()
  equal(inner == t, true)
  equal(async.current() == here, true)
  equal(here == t, false)
  local in_callback = "unset"
  async.call_soon(function() in_callback = async.current() end)
  h.turns()
  equal(in_callback, nil)
end

-- TASK-04 TASK-32
function test.tasks_have_names()
  local t = async.spawn(async.sleep, 1)
  h.matches(t:name(), "^Task%-%d+$")
  t:set_name "worker"
  equal(t:name(), "worker")
  equal(tostring(t), "task worker not started")
  t:await()
  equal(tostring(t), "task worker done: nil")
end

-- TASK-24
function test.a_task_without_handles_lives_through_collections()
  local done = false
  async.spawn(function()
    async.sleep(1)
    done = true
  end)
  collectgarbage()
  collectgarbage()
  async.sleep(2)
  equal(done, true)
end

-- TASK-33
function test.a_finished_task_lets_go_of_what_it_held()
  local weak = setmetatable({}, { __mode = "v" })
  do
    local big = {}
    weak[1] = big
    local t = async.spawn(function(x)
      local held = { x }
      async.sleep(0)
      return #held
    end, big)
    t:await()
  end
  collectgarbage()
  collectgarbage()
  equal(weak[1], nil)
end

-- TASK-27 FUT-09
function test.an_error_that_nobody_reads_is_reported()
  async.spawn(function() error "lost" end)
  h.turns()
  collectgarbage()
  collectgarbage()
  h.turns()
  local reports = h.reports()
  equal(#reports, 1)
  h.matches(reports[1][1].message, "lost")
  h.matches(reports[1][1].traceback, "test_task.lua")
end

-- CORO-08
function test.awaiting_itself_is_an_error()
  local t
  t = async.spawn(function() t:await() end)
  h.raises("await", t.await, t)
end

-- CORO-08 CORO-13
function test.coroutine_yield_in_a_task_is_an_error()
  local t = async.spawn(function() coroutine.yield(1) end)
  h.raises("called coroutine.yield at .*test_task.lua:%d+", t.await, t)
end

-- CORO-13
function test.await_in_a_plain_coroutine_is_an_error()
  local co = coroutine.create(function() async.sleep(1) end)
  local _, e = coroutine.resume(co)
  h.matches(e, "sleep: await inside a coroutine that is no task")
  equal(async.spawn(function() return 1 end):await(), 1)
end

-- CORO-13
function test.plain_coroutines_work_inside_tasks()
  local squares = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
  local sum = 0
  for square in squares do
    async.sleep(0)
    sum = sum + square
  end
  equal(sum, 14)
end

-- CORO-13
function test.await_inside_a_comparator_is_an_error_and_the_task_goes_on()
  local ok, e = pcall(table.sort, { 3, 2, 1 }, function(a, b)
    async.sleep(1)
    return a < b
  end)
  equal(ok, false)
  h.matches(e, "sleep: await across a C%-call boundary")
  async.sleep(1)
end

-- CORO-13
function test.resuming_a_tasks_coroutine_by_hand_is_an_error()
  local co
  local t = async.spawn(function()
    co = coroutine.running()
    async.sleep(10)
  end)
  h.turns()
  local ok, e = coroutine.resume(co)
  equal(ok, false)
  h.matches(e, "resumed by somebody")
  h.raises(nil, t.await, t)
end

-- CORO-02 AGEN-01
function test.await_works_in_iterators_metamethods_and_pcall()
  local function slowly(n)
    return function(_, i)
      async.sleep(0)
      if i < n then return i + 1 end
    end, nil, 0
  end
  local sum = 0
  for i in slowly(4) do sum = sum + i end
  equal(sum, 10)
  local lazy = setmetatable({}, { __index = function(_, k)
    async.sleep(0)
    return k .. "!"
  end })
  equal(lazy.key, "key!")
  equal(select(2, pcall(function() return async.spawn(function() return 5 end):await() end)), 5)
end

-- TASK-22
function test.outside.await_and_spawn_outside_a_loop_are_errors()
  h.raises("sleep: no loop is running", async.sleep, 1)
  h.raises("spawn: no loop is running", async.spawn, function() end)
  h.raises("future expected as argument 1, got nil", async.await, nil)
end

-- TASK-22
function test.await_in_a_callback_is_an_error()
  local e
  local f = async.future()
  async.call_soon(function() e = select(2, pcall(f.await, f)) end)
  h.turns()
  h.matches(e, "await outside a task")
end

-- TASK-05
function test.a_debug_hook_ends_with_its_task()
  if not h.is54 then return end -- LuaJIT has one for all coroutines
  local count = 0
  async.spawn(function() debug.sethook(function() count = count + 1 end, "l") end):await()
  count = 0
  async.spawn(function() local x = 1 return x end):await()
  equal(count, 0)
end

test()
