-- Functions on threads of the loop's executor.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- THR-03
function test.a_function_runs_in_a_state_of_its_own()
  global_of_the_test = "here"
  h.list({ n = 6, async.to_thread(function(...) return global_of_the_test, ... end, 1, "two", nil, true, 2.5) },
    { nil, 1, "two", nil, true, 2.5, n = 6 })
  global_of_the_test = nil
  equal(async.to_thread(function() return require("harness").is54 end), h.is54)
  h.list({ n = select("#", async.to_thread(function() end)) }, { n = 0 })
end

-- A name, and a job for a thread that ends once that name is gone.
local function gate()
  local name = os.tmpname()
  return name, function(path)
    while io.open(path) do collectgarbage() end -- which closes what was opened
    return "done"
  end
end

-- THR-03
function test.the_loop_goes_on_meanwhile()
  local name, job = gate()
  local t = async.spawn(async.to_thread, job, name)
  h.turns(10)
  equal(t:done(), false)
  os.remove(name)
  equal(t:await(), "done")
end

-- THR-03 EXC-11
function test.errors_come_back_as_text()
  local e = h.raises("odd", async.to_thread, function() error("odd", 0) end)
  equal(e.code, "foreign")
  h.raises("test_thread.lua:%d+: attempt to index", async.to_thread, function() local x = nil; return x.y end)
end

-- THR-03
function test.what_cannot_cross_is_refused()
  local outside = 1
  h.raises("uses 'outside', a local of its surroundings", async.to_thread, function() return outside end)
  h.raises("got one of C", async.to_thread, print)
  h.raises("arguments must be nil, booleans", async.to_thread, function() end, {})
  h.raises("results must be nil, booleans", async.to_thread, function() return {} end)
  h.raises("function expected", async.to_thread, 5)
end

-- THR-05
function test.the_executor_can_be_shut_down()
  equal(async.to_thread(function() return 1 end), 1)
  async.shutdown_executor(5)
  h.raises("closed", async.to_thread, function() end)
end

-- THR-02: under a virtual clock, the end of the run would not wait for the thread
function test.outside.a_cancel_lets_go_at_once()
  local name, job = gate()
  async.run(function()
    local t = async.spawn(async.to_thread, job, name)
    h.turns()
    t:cancel()
    h.raises("cancelled", t.await, t) -- the thread goes on until the name is gone
    os.remove(name)
  end)
end

-- What the system calls the thread that runs it.
local function name_of_thread() return io.open("/proc/thread-self/comm"):read "*l" end

-- THR-01 THR-02: several, each with its name, its threads and its limit
function test.outside.an_executor_of_ones_own_is_named_and_bounded()
  async.run(function()
    local one = async.executor { name = "one", max_threads = 1, max_queued = 1 }
    local other = async.executor { name = "other" }
    h.list({ one:run(name_of_thread), other:run(name_of_thread) }, { "one", "other" })
    local name, job = gate()
    local running = async.spawn(one.run, one, function(path)
      os.remove(path .. ".begun")
      while io.open(path) do collectgarbage() end
      return "done"
    end, name)
    io.open(name .. ".begun", "w"):close()
    while io.open(name .. ".begun") do async.sleep(0) collectgarbage() end
    local queued = async.spawn(one.run, one, job, name)
    h.turns()
    h.raises("again", one.run, one, job, name)
    equal(other:run(function() return "others go on" end), "others go on")
    queued:cancel()
    h.raises("cancelled", queued.await, queued)
    os.remove(name)
    equal(running:await(), "done")
    one:shutdown(5)
    h.raises("closed", one.run, one, job, name)
    h.raises("invalid", async.executor, { max_threads = -1 })
    h.raises("table of options expected", async.executor, 5)
  end)
end

-- THR-04 EXT-05
function test.outside.the_default_executor_can_be_chosen()
  async.run(function()
    async.set_default_executor(async.executor { name = "chosen" })
    equal(async.to_thread(name_of_thread), "chosen")
    async.shutdown_executor(5)
    h.raises("closed", async.set_default_executor, async.executor())
  end)
end

test()
