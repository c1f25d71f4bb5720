-- HTTP by libcurl, awaited like everything else:
--
--   local curl = require "libasync_curl"
--   local transfers = curl.new()                       -- in a running loop; keeps connections for the next fetch
--   local status, body = transfers:fetch "http://..."  -- in a task; cancelling the task stops the transfer
local native = require "libasync.native"
local core = require "libasync_curl.core"

local handle = core.new
local fetch = native.await_form(core.fetch)

local function answer(list) return list[1], list[2] end

local transfers = {}
transfers.__index = transfers
transfers.__name = "curl"

function transfers:fetch(url) return answer(fetch(self.handle, url)) end
-- Cancels what is on its way and closes every connection.
function transfers:close() core.close(self.handle) end
transfers.__close = transfers.close

return { new = function() return setmetatable({ handle = handle() }, transfers) end }
