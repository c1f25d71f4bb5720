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

test()
