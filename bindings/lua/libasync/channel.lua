-- Values that other threads send: those of C and C++, and of the other languages in the process.
local core = require "libasync.native"

return {
  ---@class libasync
  exports = {
    -- Unbounded without a maximum. send answers false instead of waiting when it is full.
    ---@param max_size? integer
    ---@return asy_channel
    channel = function(max_size) return core.channel_new(max_size or 0) end,
  },
}
