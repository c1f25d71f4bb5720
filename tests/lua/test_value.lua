-- Lua values through the ABI and back.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

local function through(...)
  local q = async.queue()
  q:put((...))
  return q:get()
end

-- EXC-11 CORO-13
function test.plain_values_come_back_equal()
  for _, value in ipairs { true, false, 0, -1, 1.5, -0.25, math.huge, -math.huge, "", "text", "\0\1\255", "\195\188" } do
    equal(through(value), value)
  end
  local nan = through(0 / 0)
  equal(nan ~= nan, true)
  h.list({ n = 1, async.spawn(function() return nil end):await() }, { nil, n = 1 })
end

-- CORO-13
function test.integers_stay_integers()
  if not h.is54 then
    equal(through(2 ^ 53), 2 ^ 53)
    equal(through(2 ^ 60), 2 ^ 60)
    return
  end
  for _, value in ipairs { 0, 1, -1, math.maxinteger, math.mininteger } do
    equal(math.type(through(value)), "integer")
    equal(through(value), value)
  end
  equal(math.type(through(1.0)), "float")
  equal(math.type(async.queue(3):max_size()), "integer")
end

-- EXC-11
function test.objects_keep_identity_also_in_other_coroutines()
  local objects = { {}, print, function() end, coroutine.create(print), io.stdout, setmetatable({}, {}) }
  for _, object in ipairs(objects) do
    equal(rawequal(through(object), object), true)
    equal(rawequal(async.spawn(function() return object end):await(), object), true)
  end
end

-- EXC-11
function test.handles_travel_as_what_they_are()
  local f = async.future()
  equal(through(f) == f, true)
  f:set_result(5)
  equal(through(f):await(), 5)
  equal(through(async.CANCELLED) == async.CANCELLED, true)
end

-- TASK-33
function test.a_value_is_let_go_when_its_carrier_is()
  local weak = setmetatable({}, { __mode = "v" })
  do
    local f = async.future()
    weak[1] = {}
    f:set_result(weak[1])
    f:await()
  end
  h.turns()
  for _ = 1, 2 do collectgarbage() end
  h.turns()
  for _ = 1, 2 do collectgarbage() end
  equal(weak[1], nil)
end

-- EXC-11
function test.outside.a_value_survives_collections_while_C_holds_it()
  h.run(function()
    local q = async.queue()
    for i = 1, 1000 do q:put { i } end
    collectgarbage()
    collectgarbage()
    for i = 1, 1000 do equal(q:get()[1], i) end
  end)
end

test()
