-- Scopes that own tasks: async.group(function(g) g:spawn(f, ...) end) returns when every member has ended.
local core = require "libasync.native"

---@class asy_group
local group = core.methods "group"
-- g:spawn([options,] f, ...): a member, with the options of async.spawn. g:cancel(): all members and the body end, the
-- scope without an error.
group.spawn = core.group_spawn ---@type fun(self: asy_group, f: function, ...: any): asy_future

local function exit(self, ok, ...)
  if ok then
    core.await_group_exit(self)
    return ...
  end
  local e = ...
  core.await_group_exit(self, e == nil and "nil" or e)
end

return {
  ---@class libasync
  exports = {
    -- The first failure cancels the other members and the body; it is raised as one error whose children are all that
    -- failed.
    ---@async
    ---@param body fun(g: asy_group, ...: any): ...: any
    group = function(body, ...)
      core.check_callable(body, "async.group")
      local self = core.group_new()
      return exit(self, xpcall(body, core.trace, self, ...))
    end,
  },
}
