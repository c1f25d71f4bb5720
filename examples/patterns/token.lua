-- A token that is refreshed once, however many find it too old.
local async = require "libasync"

-- refresh() gives a new one, which is good for so many seconds. Gives a function that gives the token.
return function(lifetime, refresh)
  local lock, token, valid_until = async.lock(), nil, -math.huge
  local function is_valid() return async.time() < valid_until end
  return function()
    if is_valid() then return token end
    return lock:with(function()
      if not is_valid() then -- who waited finds that another has done it
        token = refresh()
        valid_until = async.time() + lifetime
      end
      return token
    end)
  end
end
