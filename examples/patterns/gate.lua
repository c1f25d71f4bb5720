-- Workers wait until what they need is there, or learn that it will not be. A shared future says it all: done or failed,
-- for those who come before and after, and no waiter's cancel ends it.
local async = require "libasync"

local gate = {}
gate.__index = gate

function gate:open() self.future:set_result(true) end
function gate:fail(e) self.future:set_error(e) end
function gate:wait() self.future:await() end

return function()
  local future = async.future()
  future:set_shared()
  return setmetatable({ future = future }, gate)
end
