-- Tasks that live as long as the body: a failure of one ends the body and is the outcome; when the body ends they are
-- cancelled and waited for.
local async = require "libasync"

return function(jobs, body, ...)
  return async.group(function(g, ...)
    local tasks = {}
    for i, job in ipairs(jobs) do tasks[i] = g:spawn(job) end
    local function finish(ok, ...)
      for _, task in ipairs(tasks) do
        if task:cancelling() == 0 then task:cancel() end -- a second cancel would end their clean-up
      end
      if not ok then error((...), 0) end
      return ...
    end
    return finish(pcall(body, ...))
  end, ...)
end
