-- Plain callbacks: soon, later, cancelled, with arguments.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- LOOP-02
function test.call_soon_runs_in_order_with_its_arguments()
  local log = {}
  async.call_soon(function() log[1] = "none" end)
  async.call_soon(function(a) log[2] = a end, "one")
  async.call_soon(function(a, b, c) log[3] = tostring(a) .. tostring(b) .. c end, nil, false, "three")
  h.turns()
  h.list(log, { "none", "one", "nilfalsethree" })
end

-- HND-04 HND-05
function test.call_later_runs_in_order_of_deadline()
  local log = {}
  async.call_later(2, function() log[#log + 1] = "late" end)
  async.call_later(1, function() log[#log + 1] = "first" end)
  async.call_later(1, function() log[#log + 1] = "second" end)
  async.call_at(async.time() + 1.5, function() log[#log + 1] = "between" end)
  async.sleep(3)
  h.list(log, { "first", "second", "between", "late" })
end

-- HND-01 HND-03
function test.a_cancelled_callback_never_runs_and_lets_go_of_its_function()
  local ran, weak = false, setmetatable({}, { __mode = "k" })
  local handle
  do
    local f = function() ran = true end
    weak[f] = true
    handle = async.call_later(1, f)
  end
  equal(handle:is_cancelled(), false)
  handle:cancel()
  handle:cancel()
  equal(handle:is_cancelled(), true)
  async.sleep(2)
  for _ = 1, 2 do collectgarbage() end
  equal(ran, false)
  equal(next(weak), nil)
end

-- HND-01
function test.a_dropped_handle_does_not_cancel()
  local ran = false
  async.call_later(1, function() ran = true end)
  collectgarbage()
  async.sleep(2)
  equal(ran, true)
end

-- HND-10
function test.what_is_no_function_is_refused()
  h.raises("function expected", async.call_soon, 5)
  h.raises("seconds expected as argument 1, got string", async.call_later, "x", print)
end

-- LOOP-10 HND-03
function test.time_is_in_seconds_and_the_virtual_clock_jumps()
  local before = async.time()
  async.sleep(100)
  equal(async.time() - before, 100)
  equal(async.call_later(1, print):when() - async.time(), 1)
end

-- LOOP-09
function test.metamethods_of_handles_refuse_strangers()
  for _, handle in ipairs { async.future(), async.promise(), async.channel(), async.CANCELLED } do
    local metatable = getmetatable(handle)
    for _, stranger in ipairs { io.stdout, 5, {}, "text", false } do
      metatable.__gc(stranger)
      equal(metatable.__eq(stranger, handle), false)
      pcall(metatable.__tostring, stranger)
    end
  end
  io.stdout:write ""
  h.raises("a handle expected, got number", getmetatable(async.channel()).__tostring, 5)
end

test()
