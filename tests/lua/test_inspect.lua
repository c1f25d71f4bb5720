-- Looking in: descriptions, stacks, who waits for whom, counters, debug mode, hooks.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- INTR-01 TASK-23
function test.all_tasks_are_those_that_have_not_ended()
  local a, b = async.spawn({ name = "a" }, async.sleep, 1), async.spawn({ name = "b" }, async.sleep, 2)
  local names = {}
  for _, task in ipairs(async.all_tasks()) do names[#names + 1] = task:name() end
  h.list({ #names, names[2], names[3] }, { 3, "a", "b" })
  equal(async.task_count_of "lua", 3)
  equal(async.task_count_of "c", 0)
  async.wait { a, b }
  equal(#async.all_tasks(), 1)
end

-- FUT-18 SYNC-26 Q-12 HND-11 TASK-32
function test.descriptions_tell_state_and_who_waits()
  local lock, queue, f = async.lock(), async.queue(3), async.future()
  lock:acquire()
  async.spawn({ name = "waiter" }, lock.acquire, lock)
  local reader = async.spawn({ name = "reader" }, function() return f:await() end)
  queue:put "item"
  h.turns()
  h.matches(lock, "^lock.*locked.*1 wait")
  h.matches(queue, "^queue.*1")
  h.matches(f, "^future pending, awaited by task reader")
  h.matches(reader, "^task reader waiting for future")
  for made, pattern in pairs {
    [async.event()] = "event", [async.semaphore(2)] = "semaphore", [async.condition()] = "condition",
    [async.barrier(2)] = "barrier", [async.limiter(1)] = "limiter", [async.call_soon(print, "")] = "handle",
  } do
    h.matches(made, pattern)
    if pattern == "handle" then made:cancel() end
  end
  h.matches(async.generator(print), "^generator: ")
  f:set_result(setmetatable({}, { __tostring = function() error "described by user code" end }))
  h.matches(f, "^future done")
  lock:release()
end

local function leaf(f) return (f:await()) .. "" end
local function middle(f) return leaf(f) .. "" end

-- TASK-28 INTR-07
function test.a_suspended_task_has_a_stack()
  local f = async.future()
  local t = async.spawn(function() return middle(f) .. "" end)
  h.turns()
  local stack = t:stack()
  equal(#stack, 3)
  for i = 1, 3 do h.matches(stack[i], "test_inspect.lua:%d+") end
  h.matches(stack[3], "leaf")
  f:set_result ""
  t:await()
  equal(#t:stack(), 0)
end

-- TASK-30 FUT-17 TG-17
function test.the_call_graph_goes_upward()
  local f = async.future()
  local child
  local parent = async.spawn({ name = "parent" }, function()
    async.group(function(g) child = g:spawn({ name = "child" }, function() return (f:await()) end) end)
  end)
  h.turns()
  local graph = async.call_graph(child)
  h.matches(graph, "^task child waiting for future")
  h.matches(graph, "\n  at [^\n]*test_inspect.lua")
  h.matches(graph, "\n  awaited by task parent")
  equal(child:awaiters()[1], parent)
  equal(f:awaiters()[1], child)
  h.matches(async.call_graph(), "^task ")
  equal(async.call_graph(child, { frames = 0, levels = 1 }):find "at ", nil)
  f:set_result(1)
end

-- TASK-30
function test.the_call_graph_goes_through_whatever_waits()
  local ways = {
    await = function(f) f:await() end,
    gather = function(f) async.gather { f } end,
    wait = function(f) async.wait { f } end,
    shield = function(f) async.shield(f):await() end,
    timeout = function(f) async.timeout(50, f.await, f) end,
  }
  for name, way in pairs(ways) do
    local leaf = async.spawn({ name = "leaf" }, async.sleep, 10)
    local top = async.spawn({ name = "top by " .. name }, way, leaf)
    h.turns()
    h.matches(async.call_graph(leaf), "^task leaf.*awaited by .*task top by " .. name)
    top:await()
  end
end

-- INTR-06
function test.a_dump_tells_where_everything_hangs()
  async.spawn({ name = "stuck" }, function() async.future():await() end)
  h.turns()
  h.matches(async.dump(), "task stuck waiting for future.*test_inspect.lua:%d+")
end

-- TASK-29
function test.a_task_gives_its_context()
  local var = async.context_var "v"
  local t = async.spawn(function() var:set "its own" end)
  t:await()
  equal(t:context():get(var), "its own")
end

-- INTR-05
function test.counters_count()
  local before = async.metrics()
  async.spawn(async.sleep, 1):await()
  local after = async.metrics()
  equal(after.tasks_created - before.tasks_created, 1)
  equal(after.tasks_finished - before.tasks_finished, 1)
  equal(after.timers > before.timers, true)
  equal(after.entries > before.entries, true)
  equal(after.tasks, 1)
end

-- DBG-01 DBG-02 RUN-11
function test.outside.in_debug_mode_what_is_made_knows_its_line()
  async.run(h.options { debug = true }, function()
    equal(async.is_debug(), true)
    local t = async.spawn(async.sleep, 1)
    h.matches(t:place(), "test_inspect.lua:%d+$")
    h.matches(async.future():place(), "test_inspect.lua:%d+$")
    async.set_debug(false)
    equal(async.is_debug(), false)
    equal(async.future():place(), "")
  end)
  h.run(function() equal(async.is_debug(), os.getenv "LIBASYNC_DEBUG" == "1") end)
end

-- DBG-01: switched on for a program that knows nothing of it, unless it says otherwise
function test.outside.the_environment_switches_debug_mode()
  local source = [[
    local async = require "libasync"
    async.run(function()
      io.write(tostring(async.is_debug()), " ", async.future():place(), "\n")
      async.set_debug(false)
      print(async.is_debug())
    end)
  ]]
  h.matches(select(2, h.program_with("LIBASYNC_DEBUG=1", source)), "^true [^\n]+:3\nfalse\n")
  for _, off in ipairs { "LIBASYNC_DEBUG=0", "LIBASYNC_DEBUG=", "env -u LIBASYNC_DEBUG" } do
    h.matches(select(2, h.program_with(off, source)), "^false \nfalse\n")
  end
end

-- DBG-04 DBG-10
function test.outside.a_slow_step_is_reported_with_its_place()
  async.run(h.options { debug = true, raise_reports = true }, function()
    async.set_slow_step(0.001)
    async.spawn({ name = "slow" }, function()
      local stop = os.clock() + 0.002
      while os.clock() < stop do end
    end):await()
  end)
  local told = {}
  for _, report in ipairs(h.reports()) do
    equal(report[1].code, "slow")
    told[#told + 1] = report[2] .. tostring(report[1])
  end
  h.matches(table.concat(told, "\n"), "task slow .*test_inspect.lua:%d+")
end

-- DBG-10
function test.outside.debug_mode_changes_no_order()
  local function log_of(debug)
    local log = {}
    async.run(h.options { debug = debug }, function()
      for i = 1, 5 do
        async.spawn(function()
          async.sleep(i % 2)
          log[#log + 1] = i
        end)
      end
      async.sleep(5)
    end)
    return log
  end
  h.list(log_of(true), log_of(false))
end

-- DBG-04
function test.outside.the_watchdog_tells_while_it_hangs()
  local status, output = h.program [[
    local async = require "libasync"
    async.run(function()
      async.watchdog(0.01)
      async.spawn({ name = "hog" }, function()
        local stop = os.clock() + 0.1
        while os.clock() < stop do end
        io.stderr:write "ended\n"
      end):await()
      async.watchdog(nil)
    end)
  ]]
  equal(status, 0, output)
  h.matches(output, "hog.*ended")
end

-- EXT-02 TASK-09
function test.hooks_hear_of_tasks_and_make_them_eager()
  local log = {}
  async.task_hooks {
    on_options = function(options)
      if options.name ~= "lazy" then options.eager = true end
      options.name = "hooked " .. (options.name or "")
    end,
    on_created = function(task) log[#log + 1] = "created " .. task:name() end,
    on_finished = function(task) log[#log + 1] = "finished " .. task:name() end,
  }
  local t = async.spawn({ name = "one" }, function() return 1 end)
  equal(t:done(), true)
  equal(t:name(), "hooked one")
  equal(async.spawn({ name = "lazy" }, function() end):done(), false)
  h.turns()
  async.task_hooks(nil)
  h.list(log, { "created hooked one", "finished hooked one", "created hooked lazy", "finished hooked lazy" })
end

-- INTR-05 EXT-02
function test.a_hook_sees_every_step_and_its_errors_are_reported()
  local steps, t = {}, nil
  async.task_hooks { on_switched = function(task, entered) steps[#steps + 1] = task:name() .. tostring(entered) end }
  t = async.spawn({ name = "t" }, async.sleep, 1)
  t:await()
  async.task_hooks(nil)
  local of_t = {}
  for _, step in ipairs(steps) do
    if step:find "^t" then of_t[#of_t + 1] = step end
  end
  h.list(of_t, { "ttrue", "tfalse", "ttrue", "tfalse" })
  async.task_hooks { on_created = function() error "odd hook" end }
  async.spawn(async.sleep, 0):await()
  async.task_hooks(nil)
  h.matches(h.reports()[1][1], "odd hook")
end

-- FUT-18
function test.a_long_description_is_whole()
  local name = ("long"):rep(1000)
  local t = async.spawn({ name = name }, async.sleep, 1)
  h.matches(tostring(t), name)
  equal(t:name(), name)
  t:cancel()
end

test()
