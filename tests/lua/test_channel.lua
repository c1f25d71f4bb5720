-- Channels of Lua values.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- Q-13
function test.what_is_sent_is_received_in_its_order()
  local c, object = async.channel(), { "a table" }
  for _, value in ipairs { object, "text", 1.5 } do equal(c:send(value), true) end
  equal(c:size(), 3)
  equal(rawequal(c:receive(), object), true)
  h.list({ c:try_receive() }, { true, "text" })
  equal(c:receive(), 1.5)
end

-- Q-13
function test.a_full_channel_and_an_empty_one_answer_false()
  local c = async.channel(1)
  h.list({ c:try_receive() }, { false })
  equal(c:send "v", true)
  equal(c:send "w", false)
end

-- Q-13 Q-05
function test.a_cancelled_receiver_loses_no_value()
  local c = async.channel()
  local first, second = async.spawn(c.receive, c), async.spawn(c.receive, c)
  h.turns()
  c:send "value"
  first:cancel()
  equal(second:await(), "value")
end

-- Q-13
function test.a_shutdown_lets_what_is_inside_out()
  local c = async.channel()
  c:send "last"
  c:shutdown()
  h.raises("closed", c.send, c, "late")
  equal(c:receive(), "last")
  h.raises("closed", c.receive, c)
end

-- Q-13
function test.items_end_with_the_shutdown()
  local c, got = async.channel(), {}
  local t = async.spawn(function()
    for item in c:items() do got[#got + 1] = item end
  end)
  c:send "a"
  h.turns()
  c:send "b"
  c:shutdown()
  t:await()
  h.list(got, { "a", "b" })
end

test()
