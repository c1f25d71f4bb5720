-- async.run and runners: results, errors, teardown.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- RUN-01 LOOP-12
function test.outside.run_gives_results_and_closes_the_loop()
  h.list({ n = 3, async.run(function(...) return ... end, 1, nil, 3) }, { 1, nil, 3, n = 3 })
  h.list({ n = 1, async.run(function() end) }, { nil, n = 1 })
  h.raises("no loop is running", async.time)
end

-- RUN-01 EXC-11
function test.outside.run_raises_the_same_error()
  local odd = {}
  equal(rawequal(select(2, pcall(h.run, error, odd)), odd), true)
  h.matches(select(2, pcall(h.run, error, "text", 0)), "^text$")
end

-- RUN-01
function test.outside.run_wants_a_function()
  h.raises("a task needs a function, got n", async.run)
  h.raises("a task needs a function, got string", async.run, {}, "x")
  equal(async.run(function() return 1 end), 1)
end

-- RUN-01 LOOP-14 LOOP-05 THR-11
function test.a_nested_run_is_refused()
  h.raises("test_run.lua:%d+: async.run: a loop is running already", function()
    async.run(function() end)
    return 1
  end)
  async.call_soon(function() h.raises("a loop is running already", async.run, print) end)
  h.turns()
end

-- RUN-02 RUN-03
function test.outside.leftovers_are_cancelled_and_waited_for()
  local log = {}
  h.run(function()
    for i = 1, 3 do
      async.spawn(function()
        local _, e = pcall(async.sleep, 100)
        log[#log + 1] = async.is_cancelled(e) and "cancelled" or tostring(e)
        async.sleep(i)
        log[#log + 1] = "cleaned"
      end)
    end
    h.turns()
  end)
  h.list(log, { "cancelled", "cancelled", "cancelled", "cleaned", "cleaned", "cleaned" })
end

-- RUN-04
function test.outside.a_leftover_that_fails_is_reported()
  local result = h.run(function()
    async.spawn(function()
      pcall(async.sleep, 100)
      error "while dying"
    end)
    h.turns()
    return "kept"
  end)
  equal(result, "kept")
  local reports = h.reports()
  equal(#reports, 1)
  h.matches(reports[1][1], "while dying")
end

-- FUT-09 DBG-09: whether or not the collector has come to it
function test.outside.an_error_nobody_read_is_told_with_the_end_of_the_run()
  local kept
  h.run(function()
    kept = async.spawn(error, "kept", 0)
    async.spawn(error, "dropped", 0)
    async.sleep(1)
  end)
  local told = {}
  for i, report in ipairs(h.reports()) do told[i] = report[1].message end
  table.sort(told)
  h.list(told, { "dropped", "kept" })
  equal(kept:done(), true)
end

-- RUN-05 RUN-06
function test.outside.stubborn_and_late_tasks_end_too()
  local log = {}
  h.run(function()
    async.spawn(function()
      pcall(async.sleep, 100)
      async.spawn(function() log[2] = async.is_cancelled(select(2, pcall(async.sleep, 100))) end)
      async.sleep(50)
      log[1] = "stubborn"
    end)
    h.turns()
  end)
  h.list(log, { "stubborn", true })
end

-- RUN-03
function test.outside.leftovers_are_ended_when_main_fails()
  local cleaned
  pcall(h.run, function()
    async.spawn(function()
      pcall(async.sleep, 100)
      cleaned = true
    end)
    h.turns()
    error "main"
  end)
  equal(cleaned, true)
end

-- RUN-07
function test.outside.a_runner_keeps_loop_and_tasks_between_runs()
  local runner = async.runner(h.options())
  local t = runner:run(function()
    local t = async.spawn(function() async.sleep(5) return "later" end)
    h.turns()
    return t
  end)
  equal(t:done(), false)
  equal(runner:run(function() return t:await() end), "later")
  runner:run(function() h.raises("a loop is running already", runner.run, runner, print) end)
  runner:close()
  runner:close()
  h.raises("closed", runner.run, runner, print)
end

-- LOOP-27
function test.outside.a_runner_tells_its_state()
  local runner = async.runner(h.options { debug = true })
  local function state() return { tostring(runner), runner:is_running(), runner:is_closed() } end
  h.list(state(), { "runner idle, debug mode", false, false })
  h.list(runner:run(state), { "runner running, debug mode", true, false })
  runner:run(async.set_debug, false)
  h.list(state(), { "runner idle", false, false })
  runner:close()
  h.list(state(), { "runner closed", false, true })
end

-- LOOP-06 LOOP-07
function test.outside.stop_ends_a_run_early_and_the_runner_can_go_on()
  local runner = async.runner(h.options())
  local finished
  h.raises("async.run", runner.run, runner, function()
    async.stop()
    async.sleep(1)
    finished = true
  end)
  equal(finished, nil)
  runner:run(async.sleep, 2)
  equal(finished, true)
  runner:close()
end

-- RUN-03 TASK-26
function test.outside.cancelling_main_raises_cancelled()
  local e = h.raises("cancelled", h.run, function()
    local me = async.current()
    async.call_later(1, function() me:cancel "enough" end)
    async.sleep(100)
  end)
  equal(e.message, "enough")
end

-- TEST-07
function test.outside.a_virtual_hour_takes_no_time()
  local before = os.clock()
  h.run(async.sleep, 3600)
  equal(os.clock() - before < 1, true)
end

-- RUN-01
function test.outside.many_loops_one_after_the_other()
  for i = 1, 200 do equal(async.run(function() async.sleep(0) return i end), i) end
  local live = collectgarbage "count"
  for _ = 1, 200 do async.run(function() async.sleep(0) end) end
  collectgarbage()
  collectgarbage()
  equal(collectgarbage "count" < live + 300, true)
end

-- CORO-13
function test.outside.the_module_may_be_loaded_in_a_coroutine_that_ends()
  local status, output = h.program [[
    local async
    coroutine.wrap(function() async = require "libasync" end)()
    collectgarbage() collectgarbage()
    print(async.run(function() async.sleep(0.001) return "fine" end))
  ]]
  equal(status, 0, output)
  h.matches(output, "fine")
end

-- CORO-13
function test.outside.loading_twice_gives_one_host()
  local status, output = h.program [[
    local first = require "libasync"
    for name in pairs(package.loaded) do if name:find "^libasync" then package.loaded[name] = nil end end
    local second = require "libasync"
    assert(first ~= second and rawequal(first.CANCELLED, second.CANCELLED))
    assert(swig_type == nil and swig_equals == nil)
    print(second.run(function() return first.spawn(function() second.sleep(0) return "fine" end):await() end))
  ]]
  equal(status, 0, output)
  h.matches(output, "fine")
end

-- RUN-01
function test.outside.options_are_checked()
  h.raises("async.runner: integer expected as option seed, got string", async.run, { seed = "x" }, print)
  h.raises("async.runner: integer expected as option ready_budget, got table", async.run, { ready_budget = {} }, print)
  h.raises("option ready_budget is out of range: %-1", async.run, { ready_budget = -1 }, print)
  h.raises("async.executor: string expected as name, got number", async.executor, { name = 5 })
  h.run(function()
    h.raises("async.lock: a table of options expected, got number", async.lock, 5)
    h.raises("async.semaphore: a table of options expected, got boolean", async.semaphore, 1, true)
    h.raises("async.timeout_at: a time expected, got string", async.timeout_at, "x", print)
    h.raises("context_var:get: context_var expected", async.context().get, async.context())
    h.raises("condition:wait_for: a function expected, got nil", async.condition().wait_for, async.condition())
    h.raises("with: a function expected, got nil", async.barrier(1).with, async.barrier(1))
  end)
end

test()
