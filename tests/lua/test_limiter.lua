-- Limiters: so many a second.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- ECO-03 SYNC-20
function test.a_burst_goes_at_once_and_then_the_rate_holds()
  local limiter, times, began = async.limiter(2, 3), {}, async.time()
  for i = 1, 6 do
    limiter:acquire()
    times[i] = math.floor((async.time() - began) * 10 + 0.5)
  end
  h.list(times, { 0, 0, 0, 5, 10, 15 })
end

-- ECO-03
function test.a_cancelled_wait_takes_nothing()
  local limiter = async.limiter(1, 2)
  limiter:acquire(2)
  equal(limiter:try_acquire(), false)
  local t = async.spawn(limiter.acquire, limiter, 2)
  h.turns()
  equal(limiter:waiting(), 1)
  t:cancel()
  h.raises("cancelled", t.await, t)
  async.sleep(1)
  equal(limiter:try_acquire(), true)
end

-- ECO-03
function test.impossible_amounts_are_refused()
  local limiter = async.limiter(1)
  h.raises("invalid", limiter.acquire, limiter, 2)
  h.raises("limiter:acquire: number expected as argument 1, got table", limiter.acquire, limiter, {})
  h.raises("number expected as argument 1, got string", async.limiter, "fast")
  h.raises("invalid", async.limiter, -1)
end

test()
