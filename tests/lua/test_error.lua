-- Errors keep their identity, and the traceback that names the program's own functions.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- EXC-11 CORO-07
function test.an_error_object_comes_back_as_the_same_object()
  local values = { {}, print, true, 42, false, setmetatable({}, { __tostring = function() return "shown" end }) }
  for i = 1, #values do
    local t = async.spawn(function()
      async.sleep(0)
      error(values[i], 0)
    end)
    local ok, e = pcall(t.await, t)
    equal(ok, false)
    equal(rawequal(e, values[i]), true, type(values[i]))
  end
end

-- EXC-11
function test.an_error_string_comes_back_unchanged()
  for _, text in ipairs { "plain", "", "with\0zero", "bytes \255" } do
    local t = async.spawn(error, text, 0)
    equal(select(2, pcall(t.await, t)), text)
  end
end

-- EXC-11
function test.error_nil_is_an_error()
  local t = async.spawn(error)
  local ok, e = pcall(t.await, t)
  equal(ok, false)
  equal(e, nil)
end

-- FUT-02
function test.each_await_raises_the_same_error()
  local e = {}
  local t = async.spawn(error, e)
  equal(rawequal(select(2, pcall(t.await, t)), e), true)
  equal(rawequal(select(2, pcall(t.await, t)), e), true)
end

local function inner_function()
  async.sleep(0)
  error "deep"
end

-- CORO-07 FUT-02
function test.outside.the_traceback_names_the_functions_that_awaited()
  local ok, e = pcall(h.run, function() inner_function() end)
  equal(ok, false)
  h.matches(e, "test_error.lua:%d+: deep$")
  h.matches(async.traceback(e), "inner_function")
end

-- CORO-07
function test.outside.the_traceback_survives_scopes_and_tasks()
  local failed = setmetatable({}, { __tostring = function() return "failed" end })
  local function thrower() error(failed) end
  local ok, e = pcall(h.run, function()
    async.spawn(function()
      async.timeout(5, function()
        async.sleep(1)
        thrower()
      end)
    end):await()
  end)
  equal(ok, false)
  equal(rawequal(e, failed), true)
  h.matches(async.traceback(e), "thrower")
end

-- EXC-11
function test.a_failing_tostring_does_not_hide_the_error()
  local odd = setmetatable({}, { __tostring = function() error "no text" end })
  local t = async.spawn(error, odd)
  equal(rawequal(select(2, pcall(t.await, t)), odd), true)
end

-- EXC-02 EXC-10
function test.errors_of_libasync_have_code_message_and_cause()
  local e = h.raises("timeout", async.wait_for, async.future(), 1)
  equal(e.code, "timeout")
  equal(type(e.message), "string")
  equal(tostring(e), e.message)
  equal(async.is_cancelled(e.cause), true)
  equal(async.is_cancelled(e), false)
end

-- EXC-11
function test.an_error_of_libasync_passes_tasks_as_the_same_object()
  local first
  local t = async.spawn(function()
    local ok, e = pcall(async.wait_for, async.future(), 1)
    first = e
    error(e, 0)
  end)
  local e = h.raises("timeout", t.await, t)
  equal(rawequal(e, first), true)
  equal(e.code, "timeout")
end

-- EXC-11
function test.a_caught_error_can_be_returned_and_queued()
  local _, e = pcall(async.wait_for, async.future(), 1)
  local back = async.spawn(function() return e end):await()
  equal(back == e, true)
  equal(back.code, "timeout")
end

-- CORO-07
function test.stack_overflow_in_a_task_is_an_error()
  local t = async.spawn(function()
    local function down() return 1 + down() end
    return down()
  end)
  h.raises("overflow", t.await, t)
  equal(async.spawn(function() return "alive" end):await(), "alive")
end

-- LOOP-16
function test.an_error_in_a_callback_is_reported_and_the_loop_goes_on()
  local ran = false
  async.call_soon(function() error "in a callback" end)
  async.call_soon(function() ran = true end)
  h.turns()
  equal(ran, true)
  local reports = h.reports()
  equal(#reports, 1)
  h.matches(reports[1][1].message, "in a callback")
  h.matches(reports[1][1].traceback, "test_error.lua")
end

-- LOOP-16 EXC-11
function test.a_reported_error_gives_back_the_object_that_was_raised()
  local odd = {}
  async.call_soon(error, odd)
  h.turns()
  equal(rawequal(h.reports()[1][1].value, odd), true)
end

-- LOOP-18: whatever of Lua fails where nobody waits is told with what it was
function test.every_callback_that_fails_is_told_apart()
  local odd = setmetatable({}, { __tostring = function() return "odd" end })
  local function fail() error(odd, 0) end
  local ways = {
    ["a Lua callback failed"] = function() async.call_later(1, fail) end,
    ["a done callback failed"] = function()
      local f = async.future()
      f:add_done_callback(fail)
      f:set_result(1)
    end,
    ["a cancel callback failed"] = function() async.future(fail):cancel() end,
    ["a task hook failed"] = function()
      async.task_hooks { on_finished = fail }
      async.spawn(async.sleep, 0):await()
      async.task_hooks()
    end,
    ["a callback for futures failed"] = function()
      local f = async.future()
      async.spawn(f.await, f)
      h.turns()
      f:visit_awaiters(fail)
      f:cancel()
    end,
    ["the error of task .* was never read"] = function() async.spawn({ name = "unread" }, fail) end,
  }
  for what, way in pairs(ways) do
    way()
    async.sleep(2)
    collectgarbage()
    collectgarbage()
    async.sleep(1)
    local reports = h.reports()
    equal(#reports, 1, what)
    h.matches(reports[1][2], what)
    equal(rawequal(reports[1][1].value, odd), true)
    equal(reports[1][1].message, "odd")
  end
end

-- LOOP-18 EXT-04: without a handler it is printed; a handler that is none is refused; a report may end the run
function test.outside.reports_are_printed_handled_or_raised()
  local source = [[
    local async = require "libasync"
    local how, handled = ..., nil
    local handlers = { handled = function(e, what) handled = what .. ": " .. e.message end }
    local ok, e = pcall(async.run, { on_report = handlers[how], raise_reports = how == "raised" }, function()
      async.call_soon(error, "odd", 0)
      async.sleep(0.001)
    end)
    print(ok, e, handled)
  ]]
  h.matches(select(2, h.program(source, "printed")), "^libasync: a Lua callback failed: odd.*\ntrue\tnil\tnil\n")
  h.matches(select(2, h.program(source, "handled")), "^true\tnil\ta Lua callback failed: odd\n")
  h.matches(select(2, h.program(source, "raised")), "a Lua callback failed: odd.*\nfalse\todd\tnil\n")
  h.raises("on_report: a function expected, got number", async.run, { on_report = 5 }, print)
  h.raises("a table of options expected, got number", async.runner, 5)
end

-- LOOP-19
function test.a_failing_report_hook_does_not_stop_the_loop()
  local status, output = h.program [[
    local async = require "libasync"
    async.run({on_report = function() error "hook broken" end}, function()
      async.call_soon(error, "first")
      async.sleep(0.001)
      print "went on"
    end)
  ]]
  equal(status, 0)
  h.matches(output, "went on")
  h.matches(output, "the report hook failed: .*hook broken")
  h.matches(output, "first")
end

-- EXC-11
function test.wrong_arguments_are_named()
  h.raises("sleep: seconds expected as argument 1, got string", async.sleep, "soon")
  h.raises("invalid", async.sleep, 0 / 0)
  local q = async.queue()
  h.raises("queue:get: queue expected as self, got future", q.get, async.future())
  h.raises("queue:get: queue expected as self, got userdata", q.get, io.stdout)
  h.raises("queue:get: queue expected as self, got n", q.get)
  h.raises("queue:put: a value that is not nil expected as argument 1", q.put, q)
  h.raises("sleep: seconds expected as argument 1, got n", async.sleep)
  h.raises("test_error.lua:%d+: async.call_later: seconds expected as argument 1, got nil", function()
    async.call_later(nil, print)
    return 1
  end)
  for name, f in pairs { call_soon = async.call_soon, generator = async.generator, group = async.group } do
    h.raises("async." .. name .. ": a function expected, got nil", f)
  end
  h.raises("timeout: a function expected, got number", async.timeout, 1, 5)
  h.raises("with: a function expected, got nil", async.lock().with, async.lock())
  h.raises("race: a list of functions expected, got nil", async.race)
  h.raises("each: a generator expected, got number", async.each, 5, print)
  h.raises('"r", "w" or "rw" expected as events, got x', async.watch, 0, "x", print)
  h.raises("no such signal: nil", async.signal)
  h.raises("context_var: string expected as argument 1", async.context_var)
  h.raises("promise: function expected as argument 1, got number", async.promise, 5)
  local f, lock = async.future(), async.lock()
  f:set_result(1)
  h.raises("^future:set_result: it is done already$", f.set_result, f, 2)
  h.raises("^lock:release: it is free", lock.release, lock)
  h.raises("task_hooks: table expected as argument 1", async.task_hooks, 5)
end

-- CORO-07
function test.outside.errors_that_are_numbers_leave_a_run()
  for _, e in ipairs { 0 / 0, 5, 1.5, math.huge, true } do
    local ok, got = pcall(h.run, function() error(e, 0) end)
    equal(ok, false)
    equal(type(got), type(e))
    if e == e then
      equal(got, e)
      h.matches(async.traceback(e), "test_error.lua")
    end
  end
  equal(async.traceback(5), nil) -- kept for the last only: no collector would ever take it
end

test()
