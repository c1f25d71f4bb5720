-- LUA rows.lua PEER ROW COUNT prints nanoseconds of processor time and bytes of memory per item. The work is written
-- once; the peer_*.lua say what each library calls its things.
local peer = dofile(arg[0]:gsub("[^/]*$", "") .. "peer_" .. arg[1] .. ".lua")
local wave, tasks = 1000, 100

local function nothing() end

-- One task after the other in every wave, and no task left over.
local function all_of(count, spawn_one)
  local left = count
  local function end_of(f)
    return function(...)
      f(...)
      left = left - 1
    end
  end
  for i = 1, count do peer.spawn(end_of(spawn_one), i) end
  while left > 0 do peer.sleep(0) end
end

local rows = {}

function rows.spawn(count)
  for _ = 1, count / wave do
    local left = wave
    local function end_at_once() left = left - 1 end
    for _ = 1, wave do peer.spawn(end_at_once) end
    while left > 0 do peer.sleep(0) end
  end
end

rows["switch"] = function(count)
  all_of(tasks, function()
    local sleep = peer.sleep
    for _ = 1, count / tasks do sleep(0) end
  end)
end

function rows.lock(count)
  local lock = peer.lock()
  all_of(2, function()
    for _ = 1, count / 2 do
      lock:acquire()
      peer.sleep(0)
      lock:release()
    end
  end)
end

function rows.queue(count)
  local queue = peer.queue(1)
  all_of(2, function(which)
    for i = 1, count do
      if which == 1 then queue:put(i) else queue:get() end
    end
  end)
end

function rows.timer_cancel(count)
  local armed = {}
  for i = 1, 100000 do armed[i] = peer.call_later(3600 + i % 977, nothing) end
  for i = 1, count do peer.cancel(peer.call_later(3600 + i % 977, nothing)) end
  for i = 1, #armed do peer.cancel(armed[i]) end
end

function rows.timer_fire(count)
  local left = count
  local function fired() left = left - 1 end
  for i = 1, count do peer.call_later(i * 7919 % 1000 / 1e6, fired) end
  while left > 0 do peer.sleep(0.001) end
end

function rows.sleeping(count)
  local left = count
  local function doze(i)
    peer.sleep(2 + i * 7919 % 1000 / 1000)
    left = left - 1
  end
  for i = 1, count do peer.spawn(doze, i) end
  while left > 0 do peer.sleep(0.05) end
end

local function memory(which)
  for line in io.lines "/proc/self/status" do
    local kib = line:match("^" .. which .. ":%s*(%d+)")
    if kib then return tonumber(kib) * 1024 end
  end
end

local row, count = rows[arg[2]], tonumber(arg[3])
if not row then os.exit(2) end

local function timed(n)
  local taken
  peer.run(function()
    local start = os.clock()
    row(n)
    taken = (os.clock() - start) * 1e9 / n
  end)
  return taken
end

if arg[2] == "sleeping" then
  local before = memory "VmRSS"
  local taken = timed(count)
  print(("%.1f %.0f"):format(taken, (memory "VmHWM" - before) / count))
else
  timed(math.ceil(count / 10 / wave) * wave)
  print(("%.1f 0"):format(math.min(timed(count), timed(count), timed(count))))
end
