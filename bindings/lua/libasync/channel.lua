-- Values that other threads send: those of C and C++, and of the other languages in the process.
local core = require "libasync.native"
local items = require("libasync.queue").items

---@class asy_channel
local channel = core.methods "channel"

-- The values, until the channel is shut down and empty: for item in c:items().
---@return async fun(): any
function channel:items() return items(self, self.receive) end

return {
  ---@class libasync
  exports = {
    -- Unbounded without a maximum. send answers false instead of waiting when it is full.
    ---@param max_size? integer
    ---@return asy_channel
    channel = function(max_size) return core.channel_new(max_size or 0) end,
  },
}
