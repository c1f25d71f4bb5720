-- The part of test_close.lua that needs 5.4's syntax: <close> variables.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

local function closing(f) return setmetatable({}, { __close = f }) end

-- CORO-10 TASK-17 TEST-04
function test.a_close_handler_may_await_on_cancel_and_gets_the_error()
  local seen, done
  local t = async.spawn(function()
    local _ <close> = closing(function(_, e)
      seen = e
      async.sleep(1)
      done = true
    end)
    async.sleep(100)
  end)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(async.is_cancelled(seen), true)
  equal(done, true)
end

-- CORO-10 EXC-11
function test.a_close_handler_may_await_on_error_and_return()
  local odd, log = {}, {}
  local t = async.spawn(function()
    local _ <close> = closing(function(_, e)
      async.sleep(1)
      log[#log + 1] = rawequal(e, odd)
    end)
    error(odd)
  end)
  equal(rawequal(select(2, pcall(t.await, t)), odd), true)
  local value = async.spawn(function()
    local _ <close> = closing(function(_, e)
      async.sleep(1)
      log[#log + 1] = e
    end)
    return "value"
  end):await()
  equal(value, "value")
  h.list(log, { true })
end

-- CORO-10
function test.handlers_run_in_reverse_order_each_awaiting()
  local log = {}
  async.spawn(function()
    local a <close> = closing(function() async.sleep(1) log[#log + 1] = "a" end)
    local b <close> = closing(function() async.sleep(1) log[#log + 1] = "b" end)
    async.sleep(1)
  end):await()
  h.list(log, { "b", "a" })
end

-- STRM-15 SRV-08 RUN-07
function test.outside.streams_servers_and_runners_close_with_their_scope()
  local runner <close> = async.runner(h.options())
  runner:run(function()
    local kept
    do
      local server <close> = async.serve("127.0.0.1", 0, function(s) s:read() end)
      local client <close> = async.connect("127.0.0.1", server:port())
      kept = client
    end
    equal(kept:is_closing(), true)
  end)
end

-- TASK-26 LOOP-08
function test.outside.handlers_of_a_destroyed_task_run_but_cannot_await()
  local status, output = h.program [[
    local async = require "libasync"
    local runner = async.runner { virtual_clock = true }
    runner:run(function()
      async.spawn(function()
        local _ <close> = setmetatable({}, { __close = function() print(pcall(async.sleep, 1)) end })
        async.sleep(100)
      end)
      async.sleep(1)
    end)
    runner = nil
    collectgarbage()
    collectgarbage()
  ]]
  equal(status, 0)
  h.matches(output, "false\t.*no loop is running")
  h.matches(output, "was still pending")
end
