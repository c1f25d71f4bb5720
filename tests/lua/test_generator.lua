-- Generators made in Lua, and loops over them.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- A generator of 1..n that waits between items and logs how it ends.
local function counter(n, log)
  return async.generator(function(yield)
    local ok, e = pcall(function()
      for i = 1, n do
        async.sleep(1)
        yield(i)
      end
    end)
    async.sleep(1)
    log[#log + 1] = ok and "ended" or async.is_cancelled(e) and "cancelled" or type(e) == "userdata" and e.code or e
    if not ok then error(e, 0) end
  end)
end

-- AGEN-01 AGEN-02
function test.items_come_in_order_and_then_the_end()
  local log, items = {}, {}
  local g = counter(3, log)
  for item in async.each(g) do items[#items + 1] = item end
  h.list(items, { 1, 2, 3 })
  h.list(log, { "ended" })
  h.raises("end", g.next, g)
  h.raises("end", g.next, g)
end

-- AGEN-02 EXC-11
function test.values_and_errors_go_in_and_out()
  local odd, got = {}, {}
  local g = async.generator(function(yield, first)
    got[1] = yield(first)
    local _, e = pcall(yield, "second")
    got[2] = e
    error(odd, 0)
  end, "first")
  equal(g:next(), "first")
  equal(g:send "sent", "second")
  equal(rawequal(select(2, pcall(g.throw, g, odd)), odd), true)
  h.list({ got[1], rawequal(got[2], odd) }, { "sent", true })
  h.raises("end", g.next, g)
end

-- AGEN-03
function test.one_operation_at_a_time()
  local g = counter(2, {})
  local first = async.spawn(g.next, g)
  h.turns()
  h.raises("busy", g.next, g)
  h.raises("busy", g.close, g)
  equal(first:await(), 1)
end

-- AGEN-04
function test.a_close_runs_the_clean_up()
  local log = {}
  local g = counter(3, log)
  g:close()
  h.list(log, {})
  g = counter(3, log)
  equal(g:next(), 1)
  g:close()
  h.list(log, { "end" })
  g:close()
  h.raises("end", g.next, g)
end

-- AGEN-04
function test.a_yield_after_the_close_is_an_error()
  local g = async.generator(function(yield)
    pcall(yield, 1)
    pcall(yield, 2)
  end)
  g:next()
  h.raises("state", g.close, g)
end

-- AGEN-05
function test.an_abandoned_one_is_closed_by_the_loop()
  local log = {}
  do
    local g = counter(3, log)
    g:next()
  end
  for _ = 1, 2 do collectgarbage() end
  h.list(log, {})
  async.sleep(5)
  h.list(log, { "end" })
end

-- AGEN-06
function test.each_closes_on_every_way_out()
  for _, way in ipairs { "break", "error", "cancel" } do
    local log = {}
    local function walk(g)
      return async.each(g, function(item)
        if way == "break" then return "broken at " .. item end
        if way == "error" then error("odd", 0) end
        async.sleep(10)
      end)
    end
    local t = async.spawn(walk, counter(3, log))
    async.sleep(2)
    if way == "cancel" then t:cancel() end
    local _, result = pcall(t.await, t)
    equal(tostring(result):match "broken at 1" or tostring(result):match "odd" or result.code,
      ({ ["break"] = "broken at 1", error = "odd", cancel = "cancelled" })[way])
    h.list(log, { "end" })
  end
end

-- AGEN-06
function test.on_54_a_loop_closes_it_too()
  if not h.is54 then return end
  local log = {}
  for item in async.each(counter(3, log)) do
    if item == 2 then break end
  end
  h.list(log, { "end" })
  pcall(function()
    for _ in async.each(counter(3, log)) do error "odd" end
  end)
  h.list(log, { "end", "end" })
end

-- INTR-01 INTR-05: between two items it is no task of the loop, and one task however often it goes on
function test.a_suspended_body_is_counted_and_seen_as_one()
  local task
  local g = async.generator(function(yield)
    task = async.current()
    while true do
      yield(1)
      async.sleep(1)
    end
  end)
  for _ = 1, 3 do g:next() end
  local counts = async.metrics()
  equal(counts.tasks, 1)
  equal(counts.tasks_created, 2)
  equal(counts.tasks_finished, 0)
  equal(#async.all_tasks(), 1)
  h.matches(tostring(task), "waiting for yield")
  h.matches(task:stack()[1], "test_generator.lua:%d+")
  local reader = async.spawn({ name = "reader" }, g.next, g)
  async.sleep(0.5)
  equal(async.task_count_of "lua", 3)
  h.matches(async.dump(), "Generator%-%d+ waiting for sleep")
  h.matches(async.call_graph(task), "awaited by generator operation.*awaited by task reader")
  reader:await()
end

-- AGEN-09: nobody waits at a yield, so a cancel of the body is raised when it goes on
function test.a_cancel_of_a_suspended_body_waits()
  local task, log = nil, {}
  local g = async.generator(function(yield)
    task = async.current()
    yield(1)
    log[1] = h.outcome(async.sleep, 1)
    yield(2)
  end)
  g:next()
  task:cancel()
  h.turns()
  h.list(log, {})
  equal(g:next(), 2)
  h.list(log, { "cancelled" })
end

-- AGEN-08 EXT-02: hooks that start every task at once do not start it
function test.hooks_do_not_begin_one()
  async.task_hooks { on_options = function(options) options.eager = true end }
  local begun
  local g = async.generator(function(yield) begun = true yield(1) end)
  equal(begun, nil)
  equal(g:next(), 1)
  async.task_hooks()
end

-- AGEN-08
function test.one_that_was_never_asked_runs_nothing()
  local ran
  do
    local g = async.generator(function() ran = true end)
    g = nil
  end
  for _ = 1, 2 do collectgarbage() end
  h.turns()
  equal(ran, nil)
  h.raises("async.generator: a function expected, got number", async.generator, 5)
end

-- AGEN-09
function test.a_cancel_reaches_the_await_inside()
  local log = {}
  local g = counter(3, log)
  g:next()
  local t = async.spawn(g.next, g)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  h.list(log, { "cancelled" })
  h.raises("end", g.next, g)
end

-- AGEN-10
function test.a_yield_inside_a_scope_is_refused()
  local g = async.generator(function(yield) async.timeout(5, yield, 1) end)
  h.raises("inside an open timeout", g.next, g)
  g = async.generator(function(yield) async.group(function() yield(1) end) end)
  h.raises("group", g.next, g)
end

-- CTX-05
function test.the_body_sees_and_changes_the_context_of_its_reader()
  local var = async.context_var "v"
  var:set "reader"
  local g = async.generator(function(yield)
    yield(var:get())
    var:set "generator"
    yield "set"
  end)
  equal(g:next(), "reader")
  g:next()
  equal(var:get(), "generator")
end

-- AGEN-02
function test.a_value_at_the_end_is_told()
  h.raises("gave a value at its end", function() async.each(async.generator(function() return 5 end), print) end)
end

-- AGEN-02
function test.misuse_is_told()
  local escaped
  local g = async.generator(function(yield)
    escaped = yield
    yield(nil)
  end)
  h.raises("cannot yield nil", g.next, g)
  h.raises("outside the task of a generator", escaped, 1)
  local object = async.queue()
  local h2 = async.generator(function(yield) yield(object) end)
  object:put(h2)
  equal(object:get(), h2)
end

-- AGEN-11
function test.lines_of_a_stream_with_a_timeout_each()
  local server = async.serve("127.0.0.1", 0, function(stream)
    stream:write "one\ntwo\n"
    async.sleep(60)
  end)
  local stream = async.connect("127.0.0.1", server:port())
  local lines = async.generator(function(yield)
    while true do
      local line = async.timeout(5, stream.read_line, stream)
      if not line then return end
      yield(line)
    end
  end)
  equal(lines:next(), "one")
  equal(lines:next(), "two")
  h.raises("timeout", lines.next, lines)
  stream:abort()
  server:stop(0)
end

test()
