-- The end of a Lua state with work pending: whatever way the program leaves, nothing crashes.
local h = require "harness"
local test, equal = h.test, h.equal

if h.is54 then dofile((arg[0]:gsub("test_close", "close54"))) end

-- Tasks that sleep, wait for futures, read, hold scopes; callbacks, a server, a promise nobody completes.
local pending = [[
  local async = require "libasync"
  local how = ...
  local report = function(e, what) io.stderr:write("report: ", what, "\n") end
  KEEP = {}
  local function work()
    local server = async.serve("127.0.0.1", 0, function(s) KEEP.accepted = s; s:read() end)
    for i = 1, 3 do
      async.spawn(function()
        local s = async.connect("127.0.0.1", server:port())
        KEEP[#KEEP + 1] = s
        s:read()
      end)
    end
    for i = 1, 20 do async.spawn(async.sleep, 100) end
    local f, promise = async.promise(function() end)
    for i = 1, 10 do async.spawn(function() f:await() end) end
    f:add_done_callback(function() print "called at the end" end)
    async.spawn(async.resolve, "localhost", 80)
    async.spawn(async.timeout, 50, async.sleep, 100)
    async.spawn(async.group, function(g) g:spawn(async.sleep, 100) f:await() end)
    async.spawn(function()
      setmetatable({}, { __gc = function() pcall(async.sleep, 1) end })
      pcall(async.sleep, 100)
      async.sleep(0)
    end)
    async.call_later(100, print, "called at the end")
    KEEP.server, KEEP.future, KEEP.promise = server, f, promise
    local lock, least, var = async.lock(), async.queue(1, function(a, b) return a < b end), async.context_var("v", {})
    local generator = async.generator(function(yield)
      pcall(function() while true do yield {} end end)
      async.sleep(0)
    end)
    KEEP.generator, KEEP.signals, KEEP.token = generator, async.signals "USR2", var:set {}
    generator:next()
    async.generator(function(yield) yield(1) yield(2) end):next() -- abandoned
    async.task_hooks { on_finished = function(task) KEEP.task = task end }
    async.on_signal("USR1", function() print "called at the end" end)
    lock:acquire()
    least:put(1)
    for _, wait in ipairs {
      function() lock:with(async.sleep, 100) end, function() least:put(2) end, function() KEEP.signals:next() end,
      function() async.race { function() async.sleep(100) end, function() f:await() end } end,
      function() async.shield(f):await() end, function() async.wait { f } end,
      function() async.to_thread(function() for _ = 1, 1e5 do end end) end,
      function() async.condition(lock):wait_for(print) end,
    } do async.spawn(wait) end
    async.sleep(0.02)
    if how == "error" then error "leave with pending" end
    if how == "exit" then os.exit(0, true) end
    if how == "cancelled" then async.current():cancel() async.sleep(1) end
  end
]]
local one_run = pending .. [[ print(pcall(async.run, {on_report = report}, work)) ]]
local runner = pending .. [[
  RUNNER = async.runner{on_report = report}
  print(pcall(RUNNER.run, RUNNER, work))
]]

local function leaves(source, how, wanted)
  local status, output = h.program(source, how)
  equal(status, 0, output)
  equal(output:find "called at the end", nil)
  h.matches(output, wanted)
end

-- LOOP-08 TASK-26 RUN-03
function test.outside.after_run_with_pending_tasks()
  leaves(one_run, "return", "true")
  leaves(one_run, "error", "false\t.*leave with pending")
  leaves(one_run, "cancelled", "false\t")
end

-- LOOP-08 TASK-26
function test.outside.os_exit_inside_a_task_closes_the_state()
  leaves(one_run, "exit", "")
  leaves(runner, "exit", "")
end

-- LOOP-08 LOOP-23 TASK-26
function test.outside.an_open_runner_with_pending_tasks()
  leaves(runner, "return", "true")
  leaves(runner, "error", "false\t.*leave with pending")
end

-- LOOP-08 LOOP-23
function test.outside.everything_collected_first()
  leaves(runner .. " KEEP = nil; RUNNER = nil; async = nil; for i = 1, 3 do collectgarbage() end print 'collected'",
    "return", "collected")
  leaves(runner .. " RUNNER = nil; for i = 1, 3 do collectgarbage() end KEEP = nil for i = 1, 3 do collectgarbage() end print 'collected'",
    "return", "collected")
end

-- LOOP-09
function test.outside.handles_are_safe_in_finalizers()
  leaves(runner .. [[
    local t = setmetatable({}, { __gc = function() print(pcall(function() return KEEP.future:done() end)) end })
    if not t then return end
    KEEP.last = newproxy and newproxy(true)
    if KEEP.last then getmetatable(KEEP.last).__gc = function() print(pcall(KEEP.server.close, KEEP.server)) end end
  ]], "return", "true")
end

-- LOOP-09
function test.outside.what_is_older_than_the_module_is_refused_in_its_finalizer()
  local status, output = h.program [[
    local async
    local function finalize()
      print(pcall(async.run, print))
      print(pcall(async.context_var, "late"))
      print(pcall(async.sleep, 1))
    end
    if newproxy then OLD = newproxy(true) getmetatable(OLD).__gc = finalize
    else OLD = setmetatable({}, { __gc = finalize }) end
    async = require "libasync"
  ]]
  equal(status, 0, output)
  equal(select(2, output:gsub("the Lua state is closing", "")), 2, output)
end

test()
