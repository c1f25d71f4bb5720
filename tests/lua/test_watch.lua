-- Watching a descriptor that Lua has no stream for: a FIFO.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

local function with_fifo(f)
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkfifo " .. path))
  local file = assert(io.open(path, "r+"))
  file:setvbuf "no"
  local own = io.open("/proc/self/stat"):read "*n"
  local pipe = io.popen(("for l in /proc/%d/fd/*; do [ \"$(readlink $l)\" = %s ] && echo ${l##*/}; done"):format(own, path))
  local fd = pipe:read "*n"
  pipe:close()
  f(fd, file)
  file:close()
  os.remove(path)
end

-- SOCK-01 HND-01
function test.a_readable_descriptor_calls_back_until_the_watch_is_closed()
  with_fifo(function(fd, file)
    local called, watch = async.event(), nil
    local flags
    watch = async.watch(fd, "r", function(...)
      flags = { ... }
      watch:close()
      called:set()
    end)
    h.turns()
    equal(flags, nil)
    file:write "x\n"
    called:wait()
    h.list(flags, { true, false, false })
    equal(file:read(), "x")
    watch:close()
  end)
end

-- SOCK-01
function test.bad_descriptors_are_errors()
  h.raises(nil, async.watch, -1, "r", print)
  h.raises(nil, async.watch, 9999, "r", print)
end

test()
