-- TCP connections with awaitable reads and writes, and servers that own their connections.
local core = require "libasync.native"

---@class asy_stream
local stream, stream_metatable = core.methods "stream"

function stream:peer_name() return (select(2, core.stream_peer_name(self))) end
function stream:socket_name() return (select(2, core.stream_socket_name(self))) end

-- Up to the next newline, without it; the rest at the end of the stream; then nil.
---@async
---@return string?
function stream:read_line()
  local ok, line = pcall(self.read_until, self, "\n")
  if ok then return (line:gsub("\r?\n$", "")) end
  if core.kind(line) ~= "error" or line.code ~= "eof" then error(line, 0) end
  local rest = line.partial
  return rest ~= "" and rest or nil
end

---@return (async fun(self: asy_stream): string?), asy_stream
function stream:lines() return self.read_line, self end

-- After an error the peer must not take what was written for complete.
function stream_metatable.__close(self, e)
  if e ~= nil then self:abort() else self:close() end
end

---@class asy_server
local server, server_metatable = core.methods "server"
server.connections = core.server_connection_count ---@type fun(self: asy_server): integer

function server_metatable.__close(self) self:stop(0) end

return {
  ---@class libasync
  exports = {
    connect = core.await_stream_connect, ---@type async fun(host: string, port: integer): asy_stream
    -- handler(stream) runs as a task per connection. host nil: every interface; port 0: server:port() tells which.
    -- options: backlog, reuse_port.
    ---@param host? string
    ---@param port integer
    ---@param handler async fun(stream: asy_stream)
    ---@param options? {backlog?: integer, reuse_port?: boolean}
    ---@return asy_server
    serve = function(host, port, handler, options)
      core.check_callable(handler, "async.serve")
      return core.server_new(host, port, options, handler)
    end,
    resolve = core.await_resolve, ---@type async fun(host: string, port: integer): string[]
  },
}
