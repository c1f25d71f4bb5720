-- luv with coroutines. Usage: LUA echo_luv.lua PORT; ends by SIGTERM.
local uv = require "luv"

local function serve(client)
  local co = coroutine.running()
  local function wake(...) assert(coroutine.resume(co, ...)) end
  local waiting, arrived = false, {}
  client:read_start(function(_, data)
    if waiting then
      waiting = false
      wake(data)
    else
      arrived[#arrived + 1] = data or false
    end
  end)
  while true do
    local data = table.remove(arrived, 1)
    if data == nil then
      waiting = true
      data = coroutine.yield()
    end
    if not data then break end
    client:write(data, wake)
    coroutine.yield()
  end
  client:close()
end

local server = uv.new_tcp()
server:bind("127.0.0.1", tonumber(arg[1]))
server:listen(1024, function()
  local client = uv.new_tcp()
  server:accept(client)
  client:nodelay(true)
  assert(coroutine.resume(coroutine.create(serve), client))
end)
uv.run()
