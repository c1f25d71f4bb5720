-- What an event loop is, in thirty lines: jobs that are ready, jobs that sleep, coroutines that say when to go on.
local loop = { ready = {}, sleeping = {}, time = 0 }

function loop.call_soon(f) table.insert(loop.ready, f) end

function loop.call_at(when, f)
  local i = #loop.sleeping
  while i > 0 and loop.sleeping[i].when > when do i = i - 1 end
  table.insert(loop.sleeping, i + 1, { when = when, f = f })
end

function loop.spawn(f)
  local coroutine_of_f = coroutine.create(f)
  local function step()
    local ok, seconds = coroutine.resume(coroutine_of_f)
    if not ok then error(seconds, 0) end
    if coroutine.status(coroutine_of_f) ~= "dead" then loop.call_at(loop.time + seconds, step) end
  end
  loop.call_soon(step)
end

function loop.sleep(seconds) coroutine.yield(seconds) end

function loop.run()
  while #loop.ready > 0 or #loop.sleeping > 0 do
    if #loop.ready == 0 then
      local first = table.remove(loop.sleeping, 1)
      loop.time = math.max(loop.time, first.when)
      loop.call_soon(first.f)
    end
    table.remove(loop.ready, 1)()
  end
end

return loop
