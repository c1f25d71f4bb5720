-- libasync_curl: transfers of libcurl in Lua tasks, against a server written here.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal
local found, curl = pcall(require, "libasync_curl")
if not found then
  print("skipped: " .. tostring(curl))
  os.exit(0)
end

local function serve()
  return async.serve("127.0.0.1", 0, function(s)
    while true do
      local ok, request = pcall(s.read_until, s, "\r\n\r\n")
      if not ok then return s:close() end
      local path = request:match "^GET (%S+)"
      if path == "/never" then async.event():wait() end
      local body = "you asked for " .. path
      s:write(("HTTP/1.1 %s x\r\nContent-Length: %d\r\n\r\n%s"):format(path:match "^/(%d%d%d)" or 200, #body, body))
    end
  end)
end

local function with_server(f)
  local server, transfers = serve(), curl.new()
  f(transfers, "http://127.0.0.1:" .. server:port())
  transfers:close()
  server:stop(0)
end

-- CORO-11 ECO-01
function test.a_fetch_gives_status_and_body()
  with_server(function(transfers, url)
    h.list({ transfers:fetch(url .. "/hello") }, { 200, "you asked for /hello" })
    h.list({ transfers:fetch(url .. "/404") }, { 404, "you asked for /404" })
  end)
end

-- CORO-11 CORO-12
function test.many_fetches_at_once()
  with_server(function(transfers, url)
    local calls = {}
    for i = 1, 20 do calls[i] = function() return (select(2, transfers:fetch(url .. "/" .. i .. "x"))) end end
    local bodies = async.gather(calls)
    for i = 1, 20 do equal(bodies[i], "you asked for /" .. i .. "x") end
  end)
end

-- CORO-11 TASK-12
function test.cancelling_the_task_stops_the_transfer()
  with_server(function(transfers, url)
    local t = async.spawn(transfers.fetch, transfers, url .. "/never")
    h.turns(5)
    t:cancel()
    h.raises("cancelled", t.await, t)
  end)
end

-- EXC-09
function test.failures_and_misuse_are_errors()
  local server = serve()
  local port = server:port()
  server:stop(0)
  local transfers = curl.new()
  local e = h.raises(nil, transfers.fetch, transfers, "http://127.0.0.1:" .. port .. "/")
  equal(e.os_name, "ECONNREFUSED")
  h.raises("string expected", transfers.fetch, transfers)
  transfers:close()
  h.raises("closed", transfers.fetch, transfers, "http://127.0.0.1/")
end

-- CORO-13
function test.outside.fetch_outside_a_task_is_an_error()
  local transfers
  h.run(function() transfers = curl.new() end)
  h.raises("fetch: await outside a task", transfers.fetch, transfers, "http://127.0.0.1/")
  h.raises("new: no loop is running", curl.new)
end

test()
