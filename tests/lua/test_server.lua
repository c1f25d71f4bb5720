-- Servers whose connections are tasks of Lua functions.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

local function ask(port, text)
  local c = async.connect("127.0.0.1", port)
  c:write(text)
  c:write_eof()
  local answer = c:read_all()
  c:close()
  return answer
end

-- SRV-14 STRM-19
function test.every_client_is_a_task_of_its_own()
  local server = async.serve("127.0.0.1", 0, function(s)
    local name = s:read_all()
    s:write("hello " .. name)
    s:close()
  end)
  local calls = {}
  for i = 1, 50 do calls[i] = async.spawn(ask, server:port(), "client " .. i) end
  local answers = async.gather(calls)
  for i = 1, 50 do equal(answers[i], "hello client " .. i) end
  server:stop(1)
  equal(server:connections(), 0)
end

-- SRV-14 STRM-19 EXC-11
function test.a_failing_handler_is_reported_and_closes_its_connection_only()
  local odd = {}
  local server = async.serve("127.0.0.1", 0, function(s)
    if s:read_all() == "bad" then error(odd) end
    s:write "fine"
    s:close()
  end)
  equal(ask(server:port(), "bad"), "")
  equal(ask(server:port(), "good"), "fine")
  local reports = h.reports()
  equal(#reports, 1)
  equal(rawequal(reports[1][1].value, odd), true)
  h.matches(reports[1][1].traceback, "test_server.lua")
  server:stop(1)
end

-- SRV-05 SRV-06 SRV-15
function test.stop_ends_the_intake_and_cancels_what_is_left()
  local cancelled
  local server = async.serve("127.0.0.1", 0, function(s)
    local _, e = pcall(s.read, s)
    cancelled = async.is_cancelled(e)
    error(e, 0)
  end)
  local client = async.connect("127.0.0.1", server:port())
  while server:connections() == 0 do h.turns() end
  server:stop(0)
  equal(cancelled, true)
  equal(server:connections(), 0)
  equal(client:read(), "")
  client:close()
  server:wait_closed()
  server:close()
end

-- SRV-05
function test.close_lets_connections_finish()
  local server = async.serve("127.0.0.1", 0, function(s)
    s:write(s:read_all())
    s:close()
  end)
  local client = async.connect("127.0.0.1", server:port())
  while server:connections() == 0 do h.turns() end
  server:close()
  h.raises("os", async.connect, "127.0.0.1", server:port())
  client:write "still here"
  client:write_eof()
  equal(client:read_all(), "still here")
  client:close()
  server:wait_closed()
end

-- SRV-01 SRV-02 EXC-09
function test.bad_addresses_and_handlers_are_errors()
  local server = async.serve("127.0.0.1", 0, print)
  h.raises("busy", async.serve, "127.0.0.1", server:port(), print)
  server:stop(0)
  h.raises("function expected", async.serve, "127.0.0.1", 0, "not a function")
  h.raises("serve: argument 2 is out of range: 70000", async.serve, "127.0.0.1", 70000, print)
end

-- SRV-15 STRM-20
function test.a_collected_handler_closure_lives_as_long_as_its_server()
  local server = async.serve("127.0.0.1", 0, (function()
    local text = { "kept" }
    return function(s)
      s:write(text[1])
      s:close()
    end
  end)())
  collectgarbage()
  collectgarbage()
  equal(ask(server:port(), "x"), "kept")
  server:stop(1)
end

test()
