-- Errors of libasync and of other languages are objects: tostring(e) says what happened, e.code which kind it is
-- ("cancelled", "timeout", "closed", "eof", "os", ...). What a Lua program raises stays the value it raised.
local core = require "libasync.native"

local CANCELLED = core.CANCELLED
local cancelled_code = core.error_code(CANCELLED)
---@class asy_error
---@field code string
---@field message string
---@field os_code integer
---@field os_name? string
---@field cause? asy_error
---@field traceback string
---@field value any
---@field partial? string
---@field children any[]
local methods, metatable = core.methods "error"
local fields = {}

function fields.code(e) return core.status_name(core.error_code(e)):gsub("^ASY_E_", ""):lower() end
function fields.message(e) return core.error_message(e) end
function fields.os_code(e) return core.error_os_code(e) end
-- "ECONNREFUSED" and the like, or nil.
function fields.os_name(e) return core.ERRNO[core.error_os_code(e)] end
function fields.cause(e) return core.error_cause(e) end
function fields.traceback(e) return core.error_traceback(e) end
function fields.value(e) return core.error_value(e) end
function fields.partial(e) return core.error_partial(e) end
-- What the members of a group raised, as they raised it.
function fields.children(e)
  local children = {}
  for i = 1, core.error_child_count(e) do children[i] = core.error_value(core.error_child(e, i - 1)) end
  return children
end

-- Splits a group by what match(e) says of each error in it: those that match, the others; nil where there are none.
-- Both keep the nesting.
---@param match fun(e: any): boolean
---@return any matched, any rest
function methods.split(e, match) return select(2, core.error_split(e, match)) end

function metatable.__index(e, key)
  local field = fields[key]
  if field then return (field(e)) end
  return methods[key]
end

local function describe(e, indent)
  local lines = { core.error_message(e) }
  for i = 1, core.error_child_count(e) do
    lines[#lines + 1] = indent .. i .. ") " .. describe(core.error_child(e, i - 1), indent .. "   ")
  end
  return table.concat(lines, "\n")
end

function metatable.__tostring(e) return describe(e, "  ") end

local function is_cancelled(e) return core.kind(e) == "error" and core.error_code(e) == cancelled_code end

local function unless_cancelled(ok, ...)
  if not ok and is_cancelled((...)) then error((...), 0) end
  return ok, ...
end

-- Tracebacks of what left async.run, by value; of what no collector takes, such as strings, only the last.
local traces, last, last_trace = setmetatable({}, { __mode = "k" }), nil, nil
local collected = { table = true, userdata = true, ["function"] = true, thread = true, cdata = true }

return {
  ---@class libasync
  exports = {
    CANCELLED = CANCELLED, ---@type asy_error
    is_cancelled = is_cancelled,
    -- pcall for tasks: catches errors and lets cancellation through.
    pcall = function(f, ...) return unless_cancelled(pcall(f, ...)) end,
    -- Where in the program an error came from that async.run raised, or nil.
    traceback = function(e)
      if core.kind(e) == "error" and e.traceback ~= "" then return e.traceback end
      if collected[type(e)] then return traces[e] end
      return e ~= nil and e == last and last_trace or nil
    end,
  },
  remember = function(e, trace)
    if collected[type(e)] then traces[e] = trace
    else last, last_trace = e, trace end
  end,
}
