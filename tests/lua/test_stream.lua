-- Streams over loopback: reads that give strings, lines, ends and errors.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- A client connected to a server that runs `handler` for it.
local function pair(handler)
  local server = async.serve("127.0.0.1", 0, handler)
  return async.connect("127.0.0.1", server:port()), server
end

local function stop(client, server)
  client:close()
  server:stop(1)
end

-- STRM-01 STRM-02 STRM-12 STRM-15
function test.what_is_written_is_echoed()
  local client, server = pair(function(s)
    while true do
      local data = s:read()
      if data == "" then return s:close() end
      s:write(data)
    end
  end)
  for _, text in ipairs { "hello", "\0\1\255", ("x"):rep(300000) } do
    client:write(text)
    equal(client:read_exactly(#text), text)
  end
  stop(client, server)
end

-- STRM-02 STRM-16
function test.read_gives_some_all_nothing()
  local client, server = pair(function(s)
    s:write "abcdef"
    s:write_eof()
    equal(s:read_all(), "bye")
  end)
  equal(client:read(0), "")
  equal(client:read(2), "ab")
  equal(client:read_all(), "cdef")
  equal(client:read(10), "")
  equal(client:at_eof(), true)
  client:write "bye"
  stop(client, server)
end

-- STRM-03 STRM-04 EXC-04
function test.an_early_end_is_an_error_with_what_came()
  local client, server = pair(function(s) s:write "abc" s:close() end)
  local e = h.raises("eof", client.read_exactly, client, 10)
  equal(e.code, "eof")
  equal(e.partial, "abc")
  stop(client, server)
  client, server = pair(function(s) s:write "no newline" s:close() end)
  equal(h.raises("eof", client.read_until, client, "\n").partial, "no newline")
  stop(client, server)
end

-- STRM-05 EXC-05
function test.a_separator_beyond_the_limit_is_an_error_and_the_bytes_stay()
  local client, server = pair(function(s) s:write(("y"):rep(100) .. "\n") s:close() end)
  client:set_limit(10)
  h.raises("limit", client.read_until, client, "\n")
  equal(client:read_exactly(101), ("y"):rep(100) .. "\n")
  stop(client, server)
end

-- STRM-06 STRM-07 AGEN-01
function test.lines_end_with_the_stream()
  local client, server = pair(function(s) s:write "one\ntwo\r\n\nrest" s:close() end)
  local lines = {}
  for line in client:lines() do lines[#lines + 1] = line end
  h.list(lines, { "one", "two", "", "rest" })
  equal(client:read_line(), nil)
  stop(client, server)
end

-- STRM-08
function test.a_second_reader_is_refused_and_the_first_unharmed()
  local client, server = pair(function(s)
    s:read()
    s:write "reply"
    s:read()
  end)
  local first = async.spawn(client.read, client)
  h.turns()
  h.raises("busy", client.read, client)
  client:write "go"
  equal(first:await(), "reply")
  stop(client, server)
end

-- STRM-03
function test.a_cancelled_read_loses_no_bytes()
  local client, server = pair(function(s)
    s:write "abc"
    equal(s:read(), "more")
    s:write "def"
    s:read()
  end)
  local t = async.spawn(client.read_exactly, client, 6)
  while client:peer_name() and not t:done() do
    h.turns(20)
    t:cancel()
    h.turns()
  end
  h.raises("cancelled", t.await, t)
  client:write "more"
  equal(client:read_exactly(6), "abcdef")
  stop(client, server)
end

-- STRM-01 EXC-09
function test.refused_unknown_and_bad_targets_are_errors()
  local server = async.serve("127.0.0.1", 0, print)
  local port = server:port()
  server:stop(0)
  local e = h.raises("os", async.connect, "127.0.0.1", port)
  h.matches(e, "refused")
  h.matches(e, "127.0.0.1:" .. port)
  h.raises("not_found", async.connect, "no.such.host.invalid", 80)
  h.raises("connect: argument 2 is out of range: 70000", async.connect, "127.0.0.1", 70000)
  h.raises("connect: argument 2 is out of range: %-1", async.connect, "127.0.0.1", -1)
  h.raises("string expected as argument 1, got table", async.connect, {}, 80)
end

-- STRM-15 STRM-16
function test.a_closed_stream_refuses_and_closes_again_quietly()
  local client, server = pair(function(s) s:read() end)
  client:close()
  client:close()
  equal(client:is_closing(), true)
  h.raises("closed", client.write, client, "x")
  server:stop(1)
end

-- STRM-20
function test.a_dropped_open_stream_is_reported_and_closed()
  local ended
  local client, server = pair(function(s) ended = pcall(s.read, s) end)
  client:write "x"
  client = nil
  h.turns(2)
  collectgarbage()
  collectgarbage()
  for _ = 1, 100 do
    if ended ~= nil then break end
    h.turns()
  end
  equal(ended ~= nil, true)
  equal(#h.reports() >= 1, true)
  server:stop(1)
end

-- STRM-17
function test.names_of_both_ends()
  local client, server = pair(function(s) s:read() end)
  equal(client:peer_name(), "127.0.0.1:" .. server:port())
  h.matches(client:socket_name(), "^127%.0%.0%.1:%d+$")
  stop(client, server)
end

-- DNS-02
function test.resolve_gives_a_list_of_addresses()
  h.list(async.resolve("127.0.0.1", 80), { "127.0.0.1" })
end

-- CORO-13
function test.outside.a_stream_after_its_loop_is_an_error()
  local client
  h.run(function()
    local server
    client, server = pair(function(s) s:read() end)
    client:close()
    server:stop(1)
  end)
  h.raises("await outside a task", client.read, client)
  h.run(function() h.raises(nil, client.read, client) end)
end

test()
