-- Several futures at once. Functions in a list become tasks.
local core = require "libasync.native"
local task = require "libasync.task"

local function unique(list)
  local seen, futures = {}, {}
  for i = 1, #list do
    local future = list[i]
    local key = core.key(future)
    if not seen[key] then
      seen[key] = future
      futures[#futures + 1] = future
    end
  end
  return futures, seen
end

return {
  ---@class libasync
  exports = {
    -- A list of results in the order of the arguments, of each task its first, as in { a:await(), (b:await()) }; the first
    -- error is raised at once. With {errors = true} it waits for all and gives two lists: results, and errors where there
    -- are any. A list with nils has their number as n.
    ---@async
    ---@param list (asy_future|function)[]
    ---@param options? {errors: boolean}
    ---@return any[] results, table<integer, any>? errors
    gather = function(list, options)
      local errors_too = core.options(options, "async.gather").errors
      local futures = task.futures(list, "async.gather", true)
      if not errors_too then return core.await_gather(futures) end
      local results, errors = core.await_gather(futures, true), {}
      for i = 1, #futures do
        if core.kind(results[i]) == "error" then
          errors[i], results[i] = core.error_value(results[i]), nil
        end
      end
      return results, errors
    end,
    -- for future in async.as_completed(list): the same futures, in the order in which they finish. Past a timeout each
    -- step raises an error with code "timeout", and the rest goes on.
    ---@param list (asy_future|function)[]
    ---@param options? {timeout: number}
    ---@return async fun(): asy_future?
    as_completed = function(list, options)
      local timeout = core.options(options, "async.as_completed").timeout
      local futures, originals = unique(task.futures(list, "async.as_completed"))
      local completions, left = core.completions_new(futures), #futures
      if timeout then core.completions_set_timeout(completions, timeout) end
      return function()
        if left == 0 then return nil end
        left = left - 1
        return originals[core.key(core.await_completions_next(completions))]
      end
    end,
  },
}
