-- Signals awaited by name.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- SIG-01 SIG-02
function test.outside.a_signal_wakes_its_waiter_and_the_wait_can_be_cancelled()
  local status, output = h.program [[
    local async = require "libasync"
    async.run(function()
      local t = async.spawn(async.signal, "USR1")
      local never = async.spawn(async.signal, "USR2")
      async.sleep(0)
      async.sleep(0)
      os.execute("kill -USR1 " .. io.open("/proc/self/stat"):read "*n")
      print("got", t:await())
      never:cancel()
      print(pcall(never.await, never))
    end)
  ]]
  equal(status, 0, output)
  h.matches(output, "got\t%d+")
  h.matches(output, "false\t.*cancelled")
end

-- SIG-02
function test.what_is_no_signal_is_an_error()
  h.raises("invalid", async.signal, 0)
  h.raises("invalid", async.signal, 4096)
  h.raises("no such signal: NOSUCH", async.signal, "NOSUCH")
end

-- SIG-07
function test.outside.interrupt_cancels_a_group_cleanly()
  local status, output = h.program [[
    local async = require "libasync"
    async.run(function()
      local cleaned = 0
      async.group(function(g)
        g:spawn(function()
          async.signal "INT"
          g:cancel()
        end)
        for i = 1, 3 do
          g:spawn(function()
            pcall(async.sleep, 1000)
            async.sleep(0)
            cleaned = cleaned + 1
          end)
        end
        async.sleep(0)
        async.sleep(0)
        io.popen("kill -INT " .. io.open("/proc/self/stat"):read "*n"):close() -- os.execute would ignore it meanwhile
      end)
      print("cleaned", cleaned)
    end)
  ]]
  equal(status, 0, output)
  h.matches(output, "cleaned\t3")
end

-- What a program sends to itself.
local function program(body)
  return h.program([[
    local async = require "libasync"
    local pid = io.open("/proc/self/stat"):read "*n"
    local function send(name) io.popen("kill -" .. name .. " " .. pid):close() end
  ]] .. body)
end

-- SIG-05
function test.outside.a_stream_keeps_what_arrives_between_two_calls()
  local status, output = program [[
    async.run(function()
      local signals = async.signals("USR1", "USR2")
      send "USR1"
      async.sleep(0.001)
      send "USR2"
      async.sleep(0.001)
      print(signals:next(), signals:next())
      send "USR2"
      send "USR2"
      print("again", signals:next())
      local waiting = async.spawn(signals.next, signals)
      async.sleep(0)
      print(select(2, pcall(signals.next, signals)).code)
      signals:close()
      print(select(2, pcall(waiting.await, waiting)).code)
      signals:close()
    end)
  ]]
  equal(status, 0, output)
  h.matches(output, "USR1\tUSR2\nagain\tUSR2\nbusy\nclosed\n")
end

-- SIG-01 SIG-03 CTX-01
function test.outside.a_handler_is_called_until_it_is_taken_away()
  local status, output = program [[
    async.run(function()
      local calls, future, var = 0, async.future(), async.context_var "v"
      async.on_signal("USR1", error)
      var:set "registered"
      async.on_signal("USR1", function() calls = calls + 1 future:set_result(calls .. var:get()) end)
      var:set "later"
      send "USR1"
      print("calls", future:await())
      async.on_signal "USR1"
      print(select(2, pcall(async.on_signal, "USR1")).code)
      send "USR1"
      async.sleep(1)
    end)
  ]]
  h.matches(output, "calls\t1registered\nnot_found\n")
  equal(status ~= 0, true, "the default disposition is back: " .. output)
end

-- SIG-02
function test.nonsense_is_refused()
  h.raises("invalid", async.signals, 9)
  h.raises("invalid", async.signals)
  h.raises("no such signal: X", async.on_signal, "X", print)
  h.raises("not_found", async.on_signal, "INT")
end

test()
