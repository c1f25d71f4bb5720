-- What spawn can be told, and what can be awaited.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- TASK-06 TG-13
function test.options_go_from_spawn_and_group_to_the_task()
  local context, var = async.new_context(), async.context_var "v"
  equal(async.spawn({ name = "named" }, function(...) return async.current():name() .. select("#", ...) end, 1, 2):await(), "named2")
  async.group(function(g)
    local t = g:spawn({ name = "member", context = context, eager = true }, function() var:set "in it" end)
    h.list({ t:name(), t:done(), context:get(var) }, { "member", true, "in it" })
  end)
  h.raises("a task needs a function, got no value", async.spawn, { name = "x" })
  h.raises("context expected", async.spawn, { context = 5 }, print)
  h.raises("string expected", async.spawn, { name = {} }, print)
end

-- TASK-07
function test.an_eager_task_runs_at_once_up_to_its_first_wait()
  local log, odd = {}, {}
  local me = async.current()
  local t = async.spawn({ eager = true }, function()
    log[1] = async.current() == me
    async.sleep(1)
    log[3] = "later"
    return "result"
  end)
  log[2] = async.current() == me
  h.list({ log[1], log[2], t:done() }, { false, true, false })
  equal(t:await(), "result")
  local failed = async.spawn({ eager = true }, error, odd)
  equal(failed:done(), true)
  equal(rawequal(select(2, pcall(failed.await, failed)), odd), true)
  -- One inside the other, and a yield of the outer one afterwards is still told from an await.
  local outer = async.spawn({ eager = true }, function()
    async.spawn({ eager = true }, async.sleep, 1)
    coroutine.yield()
  end)
  h.raises("a task can only await", outer.await, outer)
end

-- TASK-08 TG-12
function test.a_cancel_of_the_creator_is_not_seen_by_its_eager_child()
  local child
  local t = async.spawn(function()
    async.current():cancel()
    child = async.spawn({ eager = true }, function()
      async.sleep(1)
      return "child"
    end)
    async.sleep(1)
  end)
  h.raises("cancelled", t.await, t)
  equal(child:await(), "child")
  local finished = async.spawn({ eager = true }, function() return 1 end)
  equal(finished:cancel(), false)
  local blocked = async.spawn({ eager = true }, async.sleep, 9)
  equal(blocked:cancel(), true)
  h.raises("cancelled", blocked.await, blocked)
  async.group(function(g)
    g:spawn({ eager = true }, async.sleep, 1)
    g:spawn({ eager = true }, function() end)
  end)
end

-- CORO-03 FUT-13
function test.futures_and_functions_can_be_awaited_and_nothing_else()
  local f = async.future()
  f:set_result "v"
  equal(async.await(f), "v")
  equal(async.await(async.spawn(function() return "task" end)), "task")
  h.list(async.gather { f, function() return "function" end }, { "v", "function" })
  equal(async.shield(f), f)
  h.raises("future expected as argument 1, got number", async.await, 5)
  h.raises("item 1 is no future but a table", async.gather, { {} })
  h.raises("item 1 is no future but a queue", async.wait, { async.queue() })
end

-- FUT-16
function test.a_cancel_is_the_same_object_unless_it_says_why()
  local plain, told = async.spawn(async.sleep, 9), async.spawn(async.sleep, 9)
  h.turns()
  plain:cancel()
  told:cancel "enough"
  for _ = 1, 2 do
    equal(rawequal(select(2, pcall(plain.await, plain)), async.CANCELLED), true)
    local _, e = pcall(told.await, told)
    h.list({ e.message, e == async.CANCELLED, async.is_cancelled(e) }, { "enough", true, true })
  end
end

-- TASK-10 CORO-13
function test.any_number_may_wait_for_its_start_with_any_arguments()
  local sum, weak = 0, setmetatable({}, { __mode = "v" })
  local function add(...)
    for i = 1, select("#", ...) do sum = sum + (select(i, ...) or 0) end
  end
  for i = 1, 5000 do
    if i % 2 == 0 then async.spawn(add, 1) else async.spawn(add, 1, nil, 1, 1, 1, 1) end
  end
  h.turns(1)
  equal(sum, 2500 * 6)
  -- What never starts lets go of what it was given.
  for i = 1, 2 do
    local argument = {}
    weak[i] = argument
    local t = async.spawn(i == 1 and add or select, argument, i == 2 and {} or nil, 1, 1, 1)
    t:cancel()
    h.raises("cancelled", t.await, t)
  end
  h.turns()
  for _ = 1, 2 do collectgarbage() end
  h.list({ n = 2, weak[1], weak[2] }, { nil, nil, n = 2 })
end

-- TASK-04 TASK-06
function test.options_may_be_made_by_a_metatable()
  local made = 0
  local options = setmetatable({}, { __index = function(_, key)
    if key == "context" then return async.new_context() end
    if key ~= "name" then return nil end
    made = made + 1
    return ("made by a metatable "):rep(4) .. made
  end })
  local tasks = {}
  for i = 1, 100 do
    tasks[i] = async.spawn(options, function(...) return select("#", ...) end, i, ("garbage"):rep(i))
    if i % 10 == 0 then collectgarbage() end
  end
  for i = 1, 100 do
    equal(tasks[i]:name(), ("made by a metatable "):rep(4) .. i)
    equal(tasks[i]:await(), 2)
  end
end

-- CORO-03
function test.an_object_that_can_be_called_is_a_function_everywhere()
  local log = {}
  local object = setmetatable({}, {
    __call = function(_, ...) log[#log + 1] = select("#", ...) end,
    __metatable = "locked",
  })
  async.spawn(object, 1, 2):await()
  async.call_soon(object)
  async.timeout(1, object, 1)
  async.group(object)
  async.sleep(0)
  h.list(log, { 2, 1, 1, 0 })
  for _, locked in ipairs { true, false, "locked" } do
    h.raises("a function expected, got table", async.call_soon, setmetatable({}, { __metatable = locked }))
  end
end

test()
