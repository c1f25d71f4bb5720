-- The end of a service in two phases. options: work(job), workers, grace in seconds for what is queued and under way when
-- it stops, close(). A job that fails ends it, too, and comes out as a group.
local async = require "libasync"

local service = {}
service.__index = service

function service:submit(job)
  if self.stopping:is_set() then error("the service is stopping", 0) end
  self.jobs:put(job)
end

-- The first call lets the workers finish; the second leaves them no time.
function service:stop()
  if self.stopping:is_set() then self.abort:set() else self.stopping:set() end
end

-- Works until it is stopped and what was queued is done, or the grace is over. Gives how many workers were cancelled.
function service:run()
  local cancelled = 0
  local ok, e = pcall(async.group, function(g)
    local workers = {}
    for i = 1, self.options.workers do
      workers[i] = g:spawn(function()
        for job in self.jobs:items() do self.options.work(job) end
      end)
    end
    self.stopping:wait()
    self.jobs:close()
    local all = g:spawn(async.wait, workers)
    local abort = g:spawn(self.abort.wait, self.abort)
    async.wait({ all, abort }, { mode = "first", timeout = self.options.grace })
    all:cancel()
    abort:cancel()
    for _, worker in ipairs(workers) do
      if worker:cancel() then cancelled = cancelled + 1 end
    end
  end)
  self.options.close()
  if not ok then error(e, 0) end
  return cancelled
end

return function(options)
  return setmetatable({
    options = options, jobs = async.queue(), stopping = async.event(), abort = async.event(),
  }, service)
end
