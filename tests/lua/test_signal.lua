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
  h.matches(output, "got\tUSR1\n")
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

-- RUN-09 SIG-07, case 22
function test.outside.the_first_interrupt_cancels_main_which_cleans_up()
  local status, output = program [[
    local ended, e = pcall(async.run, function()
      send "INT"
      local slept, e = pcall(async.sleep, 1000)
      async.sleep(0.001)
      print("cleaned up", slept, async.is_cancelled(e))
      error(e, 0)
    end)
    print(ended, e.code)
    print(async.run(function()
      send "INT"
      pcall(async.sleep, 1000)
      return "swallowed"
    end))
    print(select(2, pcall(async.run, function()
      async.current():cancel()
      send "INT"
      pcall(async.sleep, 0)
      async.sleep(1000)
    end)).code)
  ]]
  equal(status, 0, output)
  h.matches(output, "cleaned up\tfalse\ttrue\nfalse\tinterrupted\nswallowed\ncancelled\n")
end

-- RUN-10, case 22: also of a main that never gives the loop its turn, and during the end of a run
function test.outside.the_second_interrupt_ends_the_program()
  for _, main in ipairs {
    'send "INT" print "one" send "INT"',
    'async.spawn(function() pcall(async.sleep, 1000) print "one" send "INT" end) send "INT" async.sleep(1000)',
  } do
    local status, output = program("async.run(function() " .. main .. " end) print 'never'")
    equal(status, 130, output)
    h.matches(output, "one\n")
    equal(output:find "never", nil)
  end
end

-- RUN-09 RUN-10: the interpreter's is there before and after, and another's all the time
function test.outside.handlers_of_others_stay()
  local status, output = program [[
    async.run(async.sleep, 0)
    print(pcall(function() send "INT" for i = 1, 1e6 do i = i + 1 end end))
  ]]
  equal(status, 0, output)
  h.matches(output, "false\t.*interrupted!")
  if h.is54 then return end
  status, output = program [[
    local ffi = require "ffi"
    ffi.cdef "void *signal(int, int (*)(int)); int abs(int);"
    ffi.C.signal(2, ffi.C.abs)
    async.run(function() send "INT" async.sleep(0.001) print "went on" end)
    print(ffi.C.signal(2, nil) == ffi.cast("void *", ffi.C.abs))
  ]]
  equal(status, 0, output)
  h.matches(output, "went on\ntrue\n")
end

-- SIG-02
function test.nonsense_is_refused()
  h.raises("invalid", async.signals, 9)
  h.raises("invalid", async.signals)
  h.raises("no such signal: X", async.on_signal, "X", print)
  h.raises("not_found", async.on_signal, "INT")
end

test()
