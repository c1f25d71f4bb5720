-- news: fetches many URLs at once through libcurl's multi interface, a library that calls back.
--
-- transfers:fetch() waits like every other operation; a timeout cancels it, which removes the transfer from libcurl.
local async = require "libasync"
local curl = require "libasync_curl"

local function refuse(why)
  io.stderr:write(why, "\n")
  os.exit(2)
end

local function milliseconds_since(start)
  return ("%d ms"):format(math.floor((async.time() - start) * 1000))
end

local counts = { fetched = 0, failed = 0, late = 0, bad = 0 }

local function fetch(transfers, url, timeout)
  local start = async.time()
  local function say(word, outcome, text)
    counts[outcome] = counts[outcome] + 1
    io.write(("%-4s %s  %s%s\n"):format(word, url, text, milliseconds_since(start)))
    io.flush()
  end
  -- Like pcall, but a cancel goes through: after Ctrl-C there is nothing to tell.
  local ok, status, body = async.pcall(async.timeout, timeout, transfers.fetch, transfers, url)
  if ok then
    if status >= 400 then counts.bad = counts.bad + 1 end
    say(("%d"):format(status), "fetched", ("%d bytes  "):format(#body))
  elseif status.code == "timeout" then
    say("late", "late", "")
  else
    say("fail", "failed", tostring(status):lower() .. "  ")
  end
end

local function news(options)
  local start, slots, transfers, interrupted = async.time(), async.semaphore(options.limit), curl.new(), false
  local interrupt
  async.group(function(group)
    interrupt = async.spawn(function()
      async.signal "INT"
      interrupted = true
      group:cancel()
    end)
    for _, url in ipairs(options.urls) do
      slots:acquire()
      group:spawn(function()
        fetch(transfers, url, options.timeout)
        slots:release()
      end)
    end
  end)
  interrupt:cancel()
  transfers:close()

  local done = counts.fetched + counts.failed + counts.late
  print(("%s%d fetched, %d failed, %d late; %d of %d in %s"):format(interrupted and "cancelled: " or "", counts.fetched,
    counts.failed, counts.late, done, #options.urls, milliseconds_since(start)))
  return interrupted and 130 or counts.fetched == #options.urls and counts.bad == 0 and 0 or 1
end

local function parse(words)
  local options, i = { limit = 8, timeout = 10, urls = {} }, 1
  while i <= #words do
    local option = words[i]:match "^%-%-(%l+)$"
    if (option == "limit" or option == "timeout") and words[i + 1] then
      local value = tonumber(words[i + 1])
      if option == "limit" and value then value = math.floor(value) end
      if not value or not (value > 0) then refuse(("news: --%s wants a number above 0"):format(option)) end
      options[option] = value
      i = i + 2
    elseif words[i]:find "^%-" then
      options.urls = {}
      break
    else
      options.urls[#options.urls + 1] = words[i]
      i = i + 1
    end
  end
  if #options.urls == 0 then refuse "usage: news [--limit N] [--timeout SECONDS] URL..." end
  return options
end

os.exit(async.run(news, parse(arg)), true)
