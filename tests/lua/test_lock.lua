-- Locks held by coroutines.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- SYNC-01
function test.a_free_lock_is_taken_without_a_turn()
  local lock, other = async.lock(), false
  async.spawn(function() other = true end)
  lock:acquire()
  equal(other, false)
  equal(lock:is_locked(), true)
  equal(lock:try_acquire(), false)
  lock:release()
  equal(lock:is_locked(), false)
  h.raises("state", lock.release, lock)
end

-- SYNC-02
function test.a_newcomer_cannot_overtake_a_woken_waiter()
  local lock, log = async.lock(), {}
  local function enter(name)
    lock:acquire()
    log[#log + 1] = name
    lock:release()
  end
  lock:acquire()
  local first, second = async.spawn(enter, "first"), async.spawn(enter, "second")
  h.turns()
  lock:release()
  equal(lock:try_acquire(), false)
  enter "newcomer"
  async.gather { first, second }
  h.list(log, { "first", "second", "newcomer" })
end

-- SYNC-03
function test.a_cancelled_waiter_passes_the_lock_on()
  local lock = async.lock()
  lock:acquire()
  local first, second = async.spawn(lock.with, lock, async.sleep, 9), async.spawn(lock.with, lock, async.time)
  h.turns()
  lock:release()
  first:cancel()
  h.raises("cancelled", first.await, first)
  equal(second:await(), async.time())
  equal(lock:is_locked(), false)
end

-- SYNC-04
function test.only_a_lock_that_remembers_its_holder_refuses_others()
  local plain, owned = async.lock(), async.lock { owned = true }
  plain:acquire()
  async.spawn(plain.release, plain):await()
  equal(plain:is_locked(), false)
  owned:acquire()
  local stranger = async.spawn(owned.release, owned)
  h.raises("state", stranger.await, stranger)
  h.raises("state", owned.acquire, owned)
  owned:release()
end

-- SYNC-05 EXC-11
function test.with_gives_it_back_on_results_errors_and_cancels()
  local lock, odd = async.lock(), {}
  h.list({ lock:with(function(...) return ... end, 1, 2) }, { 1, 2 })
  equal(rawequal(select(2, pcall(lock.with, lock, error, odd)), odd), true)
  local t = async.spawn(lock.with, lock, async.sleep, 10)
  h.turns()
  equal(lock:is_locked(), true)
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(lock:is_locked(), false)
end

-- SYNC-05
function test.what_is_held_is_given_back_once()
  local lock = async.lock()
  local held = lock:hold()
  equal(lock:is_locked(), true)
  held:release()
  equal(lock:is_locked(), false)
  lock:acquire()
  held:release()
  equal(lock:is_locked(), true)
  lock:release()
end

-- SYNC-05
function test.a_close_variable_holds_it_for_its_scope()
  if not h.is54 then return end
  local scope = load [[
    local lock, f = ...
    local _ <close> = lock:hold()
    return f(lock)
  ]]
  local lock = async.lock()
  equal(scope(lock, function(l) return l:is_locked() end), true)
  equal(lock:is_locked(), false)
  h.raises("odd", scope, lock, function() error "odd" end)
  equal(lock:is_locked(), false)
  local t = async.spawn(scope, lock, function() async.sleep(10) end)
  h.turns()
  equal(lock:is_locked(), true)
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(lock:is_locked(), false)
end

-- SYNC-06
function test.two_locks_in_opposite_order_block_until_somebody_cancels()
  local a, b = async.lock(), async.lock()
  local function both(first, second)
    first:with(function()
      async.sleep(1)
      second:with(function() end)
    end)
  end
  local one, two = async.spawn(both, a, b), async.spawn(both, b, a)
  async.sleep(10)
  equal(one:done() or two:done(), false)
  equal(a:waiting() + b:waiting(), 2)
  one:cancel()
  two:await()
  equal(one:cancelled(), true)
end

-- SYNC-07
function test.a_token_is_refreshed_once_for_all_who_want_it()
  local lock, token, refreshed = async.lock(), nil, 0
  local function get()
    if token then return token end
    return lock:with(function()
      if not token then
        async.sleep(1)
        refreshed = refreshed + 1
        token = "token " .. refreshed
      end
      return token
    end)
  end
  h.list(async.gather { get, get, get }, { "token 1", "token 1", "token 1" })
  equal(refreshed, 1)
end

-- SYNC-05
function test.misuse_tells_what_is_wrong()
  local lock = async.lock()
  h.raises("lock:acquire: lock expected as self", lock.acquire)
  h.raises("lock:release: lock expected as self, got semaphore", lock.release, async.semaphore())
  h.raises("no loop is running", function()
    local status, output = h.program [[require "libasync".lock()]]
    equal(status, 1)
    error(output)
  end)
end

test()
