-- Queues of Lua values.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- Q-01 Q-03 EXC-11
function test.values_keep_order_and_identity()
  local q, object = async.queue(), { "a table" }
  local values = { object, print, "text", 1.5, true, false, q }
  for i = 1, #values do q:put(values[i]) end
  for i = 1, #values do equal(rawequal(q:get(), values[i]), true, tostring(values[i])) end
end

-- Q-02 Q-03
function test.a_full_queue_holds_the_putter_back()
  local q, log = async.queue(1), {}
  local t = async.spawn(function()
    for i = 1, 3 do
      q:put(i)
      log[#log + 1] = "put " .. i
    end
  end)
  h.turns(5)
  h.list(log, { "put 1" })
  for i = 1, 3 do equal(q:get(), i) end
  t:await()
  equal(q:size(), 0)
  equal(q:max_size(), 1)
end

-- Q-04
function test.tries_answer_false_instead_of_waiting()
  local q = async.queue(1)
  h.list({ q:try_get() }, { false })
  equal(q:try_put "v", true)
  equal(q:try_put "w", false)
  h.list({ q:try_get() }, { true, "v" })
end

-- Q-05 Q-07
function test.a_cancelled_getter_loses_no_item()
  local q = async.queue()
  local first = async.spawn(q.get, q)
  local second = async.spawn(q.get, q)
  h.turns()
  first:cancel()
  q:put "item"
  equal(second:await(), "item")
  h.raises("timeout", async.timeout, 1, q.get, q)
  q:put "later"
  equal(q:get(), "later")
end

-- Q-09 EXC-06
function test.a_closed_queue_drains_and_then_fails()
  local q = async.queue()
  q:put "left"
  local waiting = async.queue()
  local t = async.spawn(waiting.get, waiting)
  h.turns()
  q:close()
  waiting:close()
  h.raises("closed", q.put, q, "refused")
  equal(q:get(), "left")
  h.raises("closed", q.get, q)
  h.raises("closed", t.await, t)
end

-- Q-01
function test.what_a_collected_queue_held_is_collected()
  local weak = setmetatable({}, { __mode = "v" })
  do
    local q = async.queue()
    weak[1] = {}
    q:put(weak[1])
  end
  h.turns()
  for _ = 1, 2 do collectgarbage() end
  h.turns()
  for _ = 1, 2 do collectgarbage() end
  equal(weak[1], nil)
end

-- Q-03
function test.outside.a_refused_put_keeps_nothing()
  local q
  h.run(function() q = async.queue() end)
  h.raises("await outside a task", q.put, q, {})
end

local function drain(q)
  local items = {}
  while q:size() > 0 do items[#items + 1] = q:get() end
  return items
end

-- Q-01
function test.order_is_that_of_the_kind()
  local lifo, least, own =
    async.queue(nil, "lifo"), async.queue(0, "priority"), async.queue(0, function(a, b) return a.cost < b.cost end)
  for _, n in ipairs { 2, 3, 1 } do
    lifo:put(n)
    least:put(n)
    own:put { cost = n }
  end
  own:put { cost = 1, last = true }
  h.list(drain(lifo), { 1, 3, 2 })
  h.list(drain(least), { 1, 2, 3 })
  local items = drain(own)
  h.list({ items[1].cost, items[1].last, items[2].last, items[3].cost, items[4].cost }, { 1, nil, true, 2, 3 })
end

-- Q-01 EXC-11
function test.what_cannot_be_compared_is_refused_and_changes_nothing()
  local q = async.queue(0, "priority")
  q:put(1)
  h.raises("invalid", q.put, q, "text")
  local own = async.queue(0, function(a, b) return a < b end)
  own:put(1)
  h.raises("invalid", own.put, own, {})
  local reports = h.reports()
  equal(#reports, 1)
  h.matches(reports[1][1], "attempt to compare")
  h.list({ q:size(), own:size() }, { 1, 1 })
end

-- Q-01
function test.an_order_that_waits_or_meddles_fails()
  local q
  q = async.queue(0, function() async.sleep(1) end)
  q:put(1)
  h.raises("invalid", q.put, q, 2)
  h.matches(h.reports()[1][1], "await")
  q = async.queue(0, function() return q:try_put(3) end)
  q:put(1)
  h.raises("invalid", q.put, q, 2)
  h.matches(h.reports()[1][1], "another operation")
end

-- Q-08
function test.a_join_ends_when_everything_that_went_in_is_done()
  local q = async.queue()
  q:join()
  for i = 1, 3 do q:put(i) end
  local t = async.spawn(q.join, q)
  for i = 3, 1, -1 do
    equal(q:unfinished(), i)
    equal(t:done(), false)
    q:get()
    q:task_done()
    h.turns()
  end
  t:await()
  h.raises("state", q.task_done, q)
end

-- Q-10 Q-09
function test.an_immediate_shutdown_leaves_only_what_is_in_other_hands()
  local q, weak = async.queue(), setmetatable({ {} }, { __mode = "v" })
  q:put "taken"
  q:put(weak[1])
  q:get()
  local joiner, getter = async.spawn(q.join, q), async.spawn(q.get, async.queue())
  h.turns()
  getter:cancel()
  q:shutdown(true)
  q:shutdown(true)
  equal(q:is_shut_down(), true)
  h.list({ q:size(), q:unfinished() }, { 0, 1 })
  h.raises("closed", q.get, q)
  h.raises("closed", q.put, q, 1)
  h.turns()
  equal(joiner:done(), false)
  q:task_done()
  joiner:await()
  for _ = 1, 2 do collectgarbage() end
  h.turns()
  for _ = 1, 2 do collectgarbage() end
  equal(weak[1], nil)
end

-- Q-09 ECO-07
function test.items_end_with_the_shutdown()
  local q, got = async.queue(1), {}
  local t = async.spawn(function()
    for item in q:items() do got[#got + 1] = item end
    return "ended"
  end)
  for i = 1, 3 do q:put(i) end
  q:close()
  equal(t:await(), "ended")
  h.list(got, { 1, 2, 3 })
  local q2 = async.queue()
  local cancelled = async.spawn(function()
    for _ in q2:items() do end
  end)
  h.turns()
  cancelled:cancel()
  h.raises("cancelled", cancelled.await, cancelled)
end

-- Q-02
function test.a_queue_may_be_as_long_as_integers_go()
  local most = math.maxinteger or 2 ^ 62
  equal(async.queue(most):max_size(), most)
  h.raises("out of range", async.queue, 2 ^ 63)
  h.raises("out of range", async.queue, -1)
end

test()
