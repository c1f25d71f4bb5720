-- cqueues. Usage: LUA echo_cqueues.lua PORT; ends by SIGTERM.
local cqueues = require "cqueues"
local socket = require "cqueues.socket"

local controller = cqueues.new()

local function serve(client)
  client:setmode("bn", "bn")
  client:onerror(function(_, _, code) return code end) -- a peer that resets ends its own connection only
  while true do
    local data = client:read(-65536)
    if not data or not client:write(data) then break end
  end
  client:close()
end

controller:wrap(function()
  local server = socket.listen("127.0.0.1", tonumber(arg[1]))
  for client in server:clients() do controller:wrap(serve, client) end
end)
assert(controller:loop())
