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
  h.raises("queue_get: queue expected as argument 1, got future", q.get, async.future())
  h.raises("queue_get: queue expected as argument 1, got userdata", q.get, io.stdout)
  h.raises("queue_get: queue expected as argument 1, got n", q.get)
end

test()
