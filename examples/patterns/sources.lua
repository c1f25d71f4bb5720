-- Several sources that one connection is made of: when one ends, all do; when one fails, that is the outcome.
local async = require "libasync"

return function(sources, ...)
  async.group(function(g, ...)
    for _, source in ipairs(sources) do
      g:spawn(function(...)
        source(...)
        g:cancel "another source ended"
      end, ...)
    end
  end, ...)
end
