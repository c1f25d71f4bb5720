-- The C module with its handles turned into objects: NOUN_VERB of the C module is the method VERB of the handle NOUN.
-- A function that waits is await_NAME there; it must be called by a task.
local core = require "libasync.core"
local native = {}

-- LuaJIT cannot go on in a C function after a yield: an await gives here whether there is a result to fetch.
function native.await_form(f) return f end
if rawget(_G, "jit") then
  local finish = core.finish
  local function result(more)
    if more == false then return nil end
    return finish()
  end
  function native.await_form(f)
    return function(a, b, c, d) return result(f(a, b, c, d)) end
  end
end

-- What is no method: makers, and halves of scopes.
local no_method = { new = true, new_cancellable = true, connect = true, enter = true, exit = true }

local names = {}
for name, f in pairs(core) do
  native[name] = name:find "^await_" and native.await_form(f) or f
  names[#names + 1] = name
end
-- In this order a future's own functions win over the task's of the same name.
table.sort(names, function(a, b) return a > b end)
for _, name in ipairs(names) do
  local noun, verb = name:gsub("^await_", ""):match "^(%l+)_(.+)$"
  if noun == "task" then noun = "future" end
  local methods = noun and noun ~= "loop" and not no_method[verb] and core.methods(noun)
  if methods and type(native[name]) == "function" then methods[verb] = native[name] end
end

-- What a function takes to call: else an error of whoever called that.
function native.check_callable(f, function_name)
  if type(f) ~= "function" and not core.callable(f) then
    native.fail(function_name .. ": a function expected, got " .. (core.kind(f) or type(f)))
  end
end

local none = {}
-- A table of options that may be missing.
function native.options(options, function_name)
  if options == nil or type(options) == "table" then return options or none end
  native.fail(function_name .. ": a table of options expected, got " .. (core.kind(options) or type(options)))
end

-- After xpcall(f, core.trace, ...): cleans up, and goes on with its results or its error.
function native.after(clean_up, of, ok, ...)
  clean_up(of)
  if not ok then error((...), 0) end
  return ...
end

native.unpack = table.unpack or unpack

return native
