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
  h.raises("integer expected as argument 1, got string", async.signal, "NOSUCH")
end

-- SIG-07 RUN-09
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

test()
