-- The first answer of several servers, and which it was; the others are cancelled and have cleaned up.
local async = require "libasync"

return function(attempts)
  local value, place = async.race(attempts)
  return value, place
end
