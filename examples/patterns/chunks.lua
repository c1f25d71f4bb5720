-- Long computing that lets the others run: on_item(i) for each of 1..count, a turn of the loop after every chunk.
local async = require "libasync"

return function(count, chunk, on_item)
  for i = 1, count do
    if i > 1 and (i - 1) % chunk == 0 then async.sleep(0) end
    on_item(i)
  end
end
