-- Variables that follow the work they belong to: a task starts with a copy of its creator's, a callback with that of where
-- it was registered.
local core = require "libasync.native"

---@class asy_context_var
local var = core.methods "context_var"
var.name = core.context_var_name ---@type fun(self: asy_context_var): string

-- Its value, else its default, else nil.
---@param context? asy_context the current one unless given
---@return any
function var:get(context)
  local _, value = core.var_get(context, self)
  return value
end

-- Sets it in the current context. The token undoes this once, in the same context: token:reset().
---@param value any
---@return asy_context_token
function var:set(value) return core.context_set(nil, self, value) end

-- Runs f(...) with the variable set; f may await.
---@async
---@param value any
---@param f function
function var:with(value, f, ...)
  core.check_callable(f, "context_var:with")
  return core.after(core.token_reset, self:set(value), xpcall(f, core.trace, ...))
end

---@class asy_context_token
local token = core.methods "context_token"
token.reset = core.token_reset ---@type fun(self: asy_context_token)

---@class asy_context
---@field run fun(self: asy_context, f: function, ...: any): any
local context = core.methods "context"
context.run = core.context_run

---@param of asy_context_var
---@return any
function context:get(of) return var.get(of, self) end

-- What is set in it, by name.
---@return table<string, any>
function context:values()
  local values = {}
  core.context_visit(self, function(of, value) values[of:name()] = value end)
  return values
end

return {
  ---@class libasync
  exports = {
    ---@param name string
    ---@param default? any
    ---@return asy_context_var
    context_var = function(name, default) return core.context_var_new(name, default) end,
    -- The context of the calling code. What is set there later is seen in it; context:copy() is not.
    context = core.context_current, ---@type fun(): asy_context
    -- One with nothing set.
    new_context = core.context_new, ---@type fun(): asy_context
  },
}
