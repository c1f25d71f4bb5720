-- tcpcheck: says which TCP endpoints accept connections; many at once, each with a deadline.
--
-- A task per target, at most --limit of them at a time, all owned by one group.
local async = require "libasync"

local words = { "open", "refused", "timeout", "unknown", "error" }
local counts = { open = 0, refused = 0, timeout = 0, unknown = 0, error = 0 }

local function refuse(why)
  io.stderr:write(why, "\n")
  os.exit(2)
end

local function milliseconds_since(start)
  return ("%d ms"):format(math.floor((async.time() - start) * 1000))
end

local function outcome_of(e)
  if e.os_name == "ECONNREFUSED" then return "refused" end
  if e.code == "timeout" or e.os_name == "ETIMEDOUT" then return "timeout" end
  return e.code == "not_found" and "unknown" or "error"
end

-- One line, at once. Of an error's message ("connect [::1]:80: network is unreachable") the last part.
local function report(target, word, start, e)
  counts[word] = counts[word] + 1
  local text = word == "error" and "  " .. tostring(e):match "([^\n]*)$":gsub("^.*: ", ""):lower() or ""
  io.write(("%-8s %s  %s%s\n"):format(word, target.text, milliseconds_since(start), text))
  io.flush()
end

local function probe(target, deadline)
  local start = async.time()
  -- Like pcall, but a cancel goes through: after Ctrl-C there is nothing to tell.
  local ok, result = async.pcall(async.timeout, deadline, async.connect, target.host, target.port)
  if not ok then return report(target, outcome_of(result), start, result) end
  report(target, "open", start)
  result:close()
end

local function check(options)
  local start, slots, interrupted = async.time(), async.semaphore(options.limit), false
  local interrupt
  async.group(function(group)
    interrupt = async.spawn(function()
      async.signal "INT"
      interrupted = true
      group:cancel()
    end)
    for _, target in ipairs(options.targets) do
      slots:acquire() -- a probe starts when a slot is free: what waits for its turn costs nothing
      group:spawn(function()
        probe(target, options.deadline)
        slots:release()
      end)
    end
  end)
  interrupt:cancel()

  local parts, done = {}, 0
  for i, word in ipairs(words) do
    parts[i] = counts[word] .. " " .. word
    done = done + counts[word]
  end
  print(("%s%s; %d of %d probed in %s"):format(interrupted and "cancelled: " or "", table.concat(parts, ", "), done,
    #options.targets, milliseconds_since(start)))
  return interrupted and 130 or counts.open == #options.targets and 0 or 1
end

local function parse_target(text)
  local host, port = text:match "^%[(.+)%]:(%d+)$"
  if not host then host, port = text:match "^([^:%[%]]+):(%d+)$" end
  port = tonumber(port)
  if not port or port < 1 or port > 65535 then refuse(('tcpcheck: bad target "%s": want HOST:PORT'):format(text)) end
  return { text = text, host = host, port = port }
end

local function parse(words)
  local options, i = { limit = 64, deadline = 5, targets = {} }, 1
  while i <= #words do
    local option = words[i]:match "^%-%-(%l+)$"
    if (option == "limit" or option == "deadline") and words[i + 1] then
      local value = tonumber(words[i + 1])
      if option == "limit" and value then value = math.floor(value) end
      if not value or not (value > 0) then refuse(("tcpcheck: --%s wants a number above 0"):format(option)) end
      options[option] = value
      i = i + 2
    elseif words[i]:find "^%-" then
      options.targets = {}
      break
    else
      options.targets[#options.targets + 1] = parse_target(words[i])
      i = i + 1
    end
  end
  if #options.targets == 0 then refuse "usage: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT..." end
  return options
end

os.exit(async.run(check, parse(arg)), true)
