-- Connections are tasks. Usage: LUA echo_lua.lua PORT; ends at SIGTERM.
local async = require "libasync"

async.run(function()
  local server = async.serve("127.0.0.1", tonumber(arg[1]), function(stream)
    while true do
      local data = stream:read(65536)
      if data == "" then break end
      stream:write(data)
    end
    stream:close()
  end, { backlog = 1024 })
  async.signal "TERM"
  server:stop(0)
end)
