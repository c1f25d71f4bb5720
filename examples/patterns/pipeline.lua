-- Producers and consumers over a bounded queue: every item is consumed, or the first failure ends them all.
-- produce(i) gives the next item of producer i, nil when it has no more; consume(item) may await.
local async = require "libasync"

return function(options, produce, consume)
  local queue = async.queue(options.room or 10)
  async.group(function(consumers)
    for _ = 1, options.consumers or 1 do
      consumers:spawn(function()
        for item in queue:items() do consume(item) end
      end)
    end
    -- The producers are a group inside the consumers' one: once it has ended, nothing more will come.
    async.group(function(producers)
      for i = 1, options.producers or 1 do
        producers:spawn(function()
          for item in function() return produce(i) end do queue:put(item) end -- waits while it is full
        end)
      end
    end)
    queue:close()
  end)
end
