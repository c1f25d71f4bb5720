-- Named tests: `function test.fact() ... end` runs as a task on a fresh loop with a virtual clock; `function
-- test.outside.fact() ... end` runs without a loop, `function test.any_order.fact() ... end` in order and then under
-- seeds that shuffle what is ready at once. A test fails on an error, and on a report that it did not take.
-- The last line of a file is `test()`.
local async = require "libasync"

local harness = { is54 = _VERSION == "Lua 5.4", CANCELLED = async.CANCELLED }
local order, reports = {}, {}

local function collector(how)
  return setmetatable({}, {
    __newindex = function(self, name, f)
      rawset(self, name, f)
      order[#order + 1] = { name = name, f = f, how = how }
    end,
  })
end

local test = collector "inside"
for _, how in ipairs { "outside", "any_order" } do rawset(test, how, collector(how)) end
harness.test = test

-- What was reported since the last call: a list of {error, what}.
function harness.reports()
  local taken = reports
  reports = {}
  return taken
end

function harness.options(more)
  local options = { virtual_clock = true, on_report = function(e, what) reports[#reports + 1] = { e, what } end }
  for k, v in pairs(more or {}) do options[k] = v end
  return options
end

function harness.run(f, ...) return async.run(harness.options(), f, ...) end

function harness.equal(got, wanted, what)
  if got ~= wanted then
    error(("%s: got %s, wanted %s"):format(what or "value", tostring(got), tostring(wanted)), 2)
  end
end

function harness.list(got, wanted)
  local function text(list)
    local items = {}
    for i = 1, list.n or #list do items[i] = tostring(list[i]) end
    return "{" .. table.concat(items, ", ") .. "}"
  end
  harness.equal(text(got), text(wanted), "list")
end

function harness.matches(got, pattern)
  if not tostring(got):find(pattern) then error(("%q does not match %q"):format(tostring(got), pattern), 2) end
end

-- Calls f(...), which must raise; gives the error. `wanted` is a code of libasync's errors or a pattern.
function harness.raises(wanted, f, ...)
  local ok, e = pcall(f, ...)
  if ok then error("no error, wanted " .. tostring(wanted), 2) end
  if type(e) == "userdata" then
    if wanted and e.code ~= wanted and not tostring(e):find(wanted) then
      error(("error %s (%s), wanted %s"):format(tostring(e), e.code, tostring(wanted)), 2)
    end
  elseif wanted and not tostring(e):find(wanted) then
    error(("error %q, wanted %q"):format(tostring(e), wanted), 2)
  end
  return e
end

-- An error of libasync as its code, any other as it is.
function harness.code(e) return type(e) == "userdata" and e.code or e end

-- What f(...) raises, as code() tells it, or "ok".
function harness.outcome(f, ...)
  local ok, e = pcall(f, ...)
  return ok and "ok" or harness.code(e)
end

-- Lets every other task run until none has work, n times.
function harness.turns(n)
  for _ = 1, n or 3 do async.sleep(0) end
end

-- A test program of its own: source in, status and output out. Runs on this interpreter with this environment.
function harness.program(source, ...) return harness.program_with("", source, ...) end

-- The same with settings of the environment, such as "NAME=1".
function harness.program_with(environment, source, ...)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local words = { environment, os.getenv "LIBASYNC_LUA" or (harness.is54 and "lua5.4" or "luajit"), path, ... }
  local pipe = assert(io.popen(table.concat(words, " ") .. " 2>&1; echo status $?"))
  local output = pipe:read "*a"
  pipe:close()
  os.remove(path)
  return tonumber(output:match "status (%d+)%s*$"), output
end

local function run(entry)
  if entry.how == "outside" then return entry.f() end
  harness.run(entry.f)
  if entry.how == "inside" then return end
  for seed = 1, 5 do async.run(harness.options { seed = seed }, entry.f) end
end

local function one(entry)
  harness.reports()
  local ok, e = xpcall(function()
    run(entry)
    collectgarbage()
    collectgarbage()
    local left = harness.reports()
    if #left > 0 then error(("%d reports left, the first: %s: %s"):format(#left, left[1][2], tostring(left[1][1])), 0) end
  end, function(e)
    return tostring(e) .. "\n" .. (async.traceback(e) or debug.traceback())
  end)
  if not ok then print("FAILED " .. entry.name .. ": " .. e) end
  return ok
end

getmetatable(test).__call = function()
  local failed, only = 0, arg and arg[1]
  for _, entry in ipairs(order) do
    if not only or entry.name:find(only) then
      if not one(entry) then failed = failed + 1 end
    end
  end
  print(("%d tests, %d failed"):format(#order, failed))
  os.exit(failed == 0 and #order > 0 and 0 or 1, true)
end

return harness
