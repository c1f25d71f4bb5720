local async = require "libasync"

return {
  run = async.run,
  spawn = async.spawn,
  sleep = async.sleep,
  call_later = async.call_later,
  cancel = function(handle) handle:cancel() end,
  queue = async.queue,
  lock = function() return async.semaphore(1) end,
}
