-- Connections made when needed, kept while healthy, borrowed in line. options: size, open(), close(connection),
-- is_healthy(connection) or nil, idle: seconds after which one is not used again.
local async = require "libasync"

local pool = {}
pool.__index = pool

function pool:take_idle()
  while #self.idle > 0 do
    local last = table.remove(self.idle) -- the last one returned is the first to go out again
    local fresh = async.time() - last.since < (self.options.idle or math.huge)
    if fresh and (not self.options.is_healthy or self.options.is_healthy(last.connection)) then return last.connection end
    self.options.close(last.connection)
  end
end

local function take(self)
  if self.closing then error("the pool is closed", 0) end
  return self:take_idle() or self.options.open()
end

-- The slot goes back unless a connection comes of it.
local function borrow(self)
  self.slots:acquire()
  local ok, connection = pcall(take, self)
  if ok then return connection end
  self.slots:release()
  error(connection, 0)
end

local function leave(self)
  self.users = self.users - 1
  if self.users == 0 then self.returned:set() end
end

-- An error with code "timeout" after so many seconds.
function pool:acquire(seconds)
  self.users = self.users + 1
  local ok, connection = pcall(async.timeout, seconds, borrow, self)
  if ok then return connection end
  leave(self)
  error(connection, 0)
end

function pool:release(connection, broken)
  if broken or self.closing then self.options.close(connection)
  else self.idle[#self.idle + 1] = { connection = connection, since = async.time() } end
  self.slots:release()
  leave(self)
end

local function finish(self, connection, ok, ...)
  self:release(connection, not ok)
  if not ok then error((...), 0) end
  return ...
end

-- f(connection, ...); after an error the connection is not used again.
function pool:with(f, ...)
  local connection = self:acquire(self.options.timeout)
  return finish(self, connection, pcall(f, connection, ...))
end

-- Lets nobody in, and waits for all who have a connection, open one or wait for one.
function pool:close()
  self.closing = true
  self.returned:clear()
  if self.users > 0 then self.returned:wait() end
  while #self.idle > 0 do self.options.close(table.remove(self.idle).connection) end
end

return function(options)
  return setmetatable({
    options = options, idle = {}, users = 0, slots = async.semaphore(options.size), returned = async.event(),
  }, pool)
end
