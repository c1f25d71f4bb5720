-- TCP connections with awaitable reads and writes, and servers that own their connections.
local core = require "libasync.native"

local stream, stream_metatable = core.methods "stream"

function stream:peer_name() return (select(2, core.stream_peer_name(self))) end
function stream:socket_name() return (select(2, core.stream_socket_name(self))) end

-- Up to the next newline, without it; the rest at the end of the stream; then nil.
function stream:read_line()
  local ok, line = pcall(self.read_until, self, "\n")
  if ok then return (line:gsub("\r?\n$", "")) end
  if core.kind(line) ~= "error" or line.code ~= "eof" then error(line, 0) end
  local rest = line.partial
  return rest ~= "" and rest or nil
end

function stream:lines() return self.read_line, self end

-- After an error the peer must not take what was written for complete.
function stream_metatable.__close(self, e)
  if e ~= nil then self:abort() else self:close() end
end

local server, server_metatable = core.methods "server"
server.connections = core.server_connection_count

function server_metatable.__close(self) self:stop(0) end

return {
  exports = {
    connect = core.await_stream_connect,
    -- handler(stream) runs as a task per connection. host nil: every interface; port 0: server:port() tells which.
    -- options: backlog, reuse_port.
    serve = function(host, port, handler, options) return core.server_new(host, port, options, handler) end,
    resolve = core.await_resolve,
  },
}
