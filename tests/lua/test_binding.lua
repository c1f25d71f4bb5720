-- The module offers the whole C ABI: every function is bound by its signature, or listed in omit.txt with its reason.
local async = require "libasync"
local core = require "libasync.core"
local h = require "harness"
local test, equal = h.test, h.equal

local root = assert(os.getenv "LIBASYNC_SOURCE", "LIBASYNC_SOURCE names the source tree")

local function read(path)
  local file = assert(io.open(root .. "/" .. path))
  local text = file:read "*a"
  file:close()
  return text
end

local function functions()
  local names = {}
  for name in read("capi/libasync.h"):gmatch "ASY_API [^;(]-[ %*](asy_[%w_]+)%(" do names[#names + 1] = name end
  return names
end

local function omitted()
  local patterns = {}
  for line in read("bindings/lua/omit.txt"):gmatch "[^\n]+" do
    local pattern, reason = line:match "^(asy_%S+)%s+(.+)$"
    if pattern then patterns["^" .. pattern:gsub("%*", ".*") .. "$"] = reason end
  end
  return patterns
end

function test.outside.every_function_of_the_abi_is_bound_or_omitted_with_a_reason()
  local names, patterns, missing = functions(), omitted(), {}
  equal(#names > 150, true)
  for _, name in ipairs(names) do
    local short = name:gsub("^asy_", "")
    local bound = core[short] or core["await_" .. short]
    local omit = false
    for pattern in pairs(patterns) do omit = omit or name:find(pattern) ~= nil end
    if not bound and not omit then missing[#missing + 1] = name end
  end
  h.list(missing, {})
end

function test.outside.the_readme_names_what_there_is()
  local text, missing = read "bindings/lua/README.md", {}
  for name in pairs(async) do
    if not text:find("`" .. name .. "`", 1, true) then missing[#missing + 1] = name end
  end
  h.list(missing, {})
end

function test.outside.what_is_omitted_exists()
  local names = functions()
  for pattern in pairs(omitted()) do
    local found = false
    for _, name in ipairs(names) do found = found or name:find(pattern) ~= nil end
    equal(found, true, pattern)
  end
end

function test.outside.editors_know_methods_that_exist()
  local count, missing = 0, {}
  local function known(kind, verb)
    local methods, metatable = core.methods(kind)
    count = count + 1
    if metatable.__index ~= methods or not methods[verb] then missing[#missing + 1] = kind .. ":" .. verb end
  end
  for kind, verb in read("bindings/lua/library/libasync.lua"):gmatch "\nfunction asy_([%l_]+):([%w_]+)%(" do
    known(kind, verb)
  end
  equal(count > 50, true, count .. " methods")
  known("future", "await") -- written by hand
  h.list(missing, {})
end

-- TASK-34
function test.outside.what_is_for_other_threads_is_not_offered()
  for name in pairs(core) do equal(name:find "threadsafe", nil, name) end
end

function test.outside.the_module_leaves_no_globals()
  local status, output = h.program [[
    local before = {}
    for name in pairs(_G) do before[name] = true end
    require "libasync"
    for name in pairs(_G) do if not before[name] then print("leaked " .. name) end end
  ]]
  equal(status, 0)
  equal(output:find "leaked", nil, output)
end

-- EXC-03
function test.closed_handles_are_errors_everywhere()
  local closed = setmetatable({}, { __mode = "v" })
  do
    local f = async.future()
    closed[1] = f
    getmetatable(f).__gc(f)
  end
  local f = closed[1]
  for _, name in ipairs { "await", "done", "cancel", "set_result", "name", "add_done_callback" } do
    h.raises("the future handle is closed", f[name], f, print)
  end
  h.raises("the future handle is closed", tostring, f)
  h.raises("item 1 is no future but a closed handle", async.gather, { f })
end

test()
