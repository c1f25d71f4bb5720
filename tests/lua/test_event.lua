-- Events between coroutines.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- SYNC-08
function test.set_wakes_all_who_wait_even_when_cleared_at_once()
  local e, woken = async.event(), 0
  for _ = 1, 3 do
    async.spawn(function()
      e:wait()
      woken = woken + 1
    end)
  end
  h.turns()
  e:set()
  e:clear()
  h.turns()
  equal(woken, 3)
  equal(e:is_set(), false)
end

-- SYNC-08
function test.waiting_for_a_set_event_does_not_yield()
  local e, other = async.event(), false
  e:set()
  async.spawn(function() other = true end)
  e:wait()
  equal(other, false)
end

-- SYNC-09
function test.a_cancelled_waiter_leaves_the_others()
  local e = async.event()
  local one, two = async.spawn(e.wait, e), async.spawn(e.wait, e)
  h.turns()
  one:cancel()
  h.turns()
  e:set()
  two:await()
  equal(one:cancelled(), true)
end

test()
