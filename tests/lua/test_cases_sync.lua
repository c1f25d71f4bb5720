-- The hard cases of what tasks share: 7 to 12 of tests/cases/README.md.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- A log, and a function that adds to it.
local function logger()
  local log = {}
  return log, function(text) log[#log + 1] = text end
end

local function text(log) return table.concat(log) end

-- Tasks of f, each behind those of before in a line.
local function line_up(f, ...)
  local task = async.spawn(f, ...)
  h.turns()
  return task
end

-- Waits for a notification; whatever comes of it, the lock is held then.
local function wait_notified(c, note, name)
  c:acquire()
  local ok, e = pcall(c.wait, c)
  if not c:is_locked() then note "unlocked" end
  note(ok and name or "-")
  c:release()
  if not ok then error(e, 0) end
end

-- case 7, SYNC-11 SYNC-12
function test.any_order.a_notified_waiter_is_cancelled_while_it_takes_the_lock_again()
  for cancels = 1, 3 do
    local c, log, note = async.condition(), logger()
    local t = line_up(wait_notified, c, note, "a")
    c:acquire()
    c:notify()
    h.turns()
    for i = 1, cancels do
      t:cancel(i == cancels and "the last" or "not yet")
      h.turns()
      equal(t:done(), false)
    end
    c:release()
    equal(h.raises("cancelled", t.await, t).message, "the last")
    equal(text(log), "-")
    equal(c:is_locked(), false)
  end
end

-- case 8, SYNC-13 SYNC-14: cancelled before it runs, or while it waits for the lock
function test.any_order.a_notification_of_a_cancelled_waiter_is_not_lost()
  for _, later in ipairs { false, true } do
    local c, log, note = async.condition(), logger()
    local a, b = line_up(wait_notified, c, note, "a"), line_up(wait_notified, c, note, "b")
    c:acquire()
    c:notify()
    if later then h.turns() end
    a:cancel()
    if not later then h.turns() end
    c:release()
    h.raises("cancelled", a.await, a)
    b:await()
    equal(text(log), "-b")
    equal(c:is_locked(), false)
  end
end

-- Takes a lock or a slot, holds it for a while and gives it back.
local function use(of, note, name)
  local ok, e = pcall(of.acquire, of)
  note(ok and name or "-")
  if not ok then error(e, 0) end
  ok, e = pcall(async.sleep, 1)
  of:release()
  if not ok then error(e, 0) end
end

-- case 9, SYNC-02 SYNC-03, D1: the cancelled one has the lock and gives it on, or is out
function test.any_order.a_release_and_the_cancel_of_a_locks_first_waiter_in_one_turn()
  for _, cancel_first in ipairs { false, true } do
    local lock, log, note = async.lock(), logger()
    lock:acquire()
    local a, b = line_up(use, lock, note, "a"), line_up(use, lock, note, "b")
    if cancel_first then a:cancel() end
    lock:release()
    if not cancel_first then a:cancel() end
    equal(lock:is_locked(), true)
    equal(lock:try_acquire(), false)
    local newcomer = line_up(use, lock, note, "n")
    h.raises("cancelled", a.await, a)
    b:await()
    newcomer:await()
    h.list({ text(log):gsub("%-", "") }, cancel_first and { "bn", 1 } or { "abn", 0 })
    equal(lock:is_locked(), false)
  end
end

-- case 10, SYNC-17 SYNC-18, D1
function test.any_order.a_granted_slot_whose_task_is_cancelled_is_not_lost()
  local semaphore, log, note = async.semaphore(1), logger()
  semaphore:acquire()
  local a, b = line_up(use, semaphore, note, "a"), line_up(use, semaphore, note, "b")
  semaphore:release()
  h.list({ semaphore:value(), semaphore:is_locked(), semaphore:try_acquire() }, { 0, true, false })
  local newcomer = async.spawn(use, semaphore, note, "n")
  a:cancel()
  h.raises("cancelled", a.await, a)
  b:await()
  newcomer:await()
  equal(text(log), "abn")
  equal(semaphore:value(), 1)
end

-- case 10, SYNC-18: cancelled while it waits, the release of the same turn goes to the next
function test.any_order.a_release_and_the_cancel_of_a_slots_waiter_in_one_turn()
  local semaphore, log, note = async.semaphore(1), logger()
  semaphore:acquire()
  local a, b = line_up(use, semaphore, note, "a"), line_up(use, semaphore, note, "b")
  a:cancel()
  semaphore:release()
  h.raises("cancelled", a.await, a)
  b:await()
  table.sort(log)
  equal(text(log), "-b")
  equal(semaphore:value(), 1)
end

-- case 10, SYNC-17 SYNC-18: k releases wake k, a surplus stays in the counter
function test.any_order.several_releases_in_one_turn()
  local semaphore, tasks, log, note = async.semaphore(1), {}, logger()
  semaphore:acquire()
  for i = 1, 3 do tasks[i] = line_up(use, semaphore, note, "u") end
  for _ = 1, 2 do semaphore:release() end
  equal(semaphore:value(), 0)
  h.turns()
  equal(text(log), "uu")
  for _ = 1, 3 do semaphore:release() end
  equal(semaphore:value(), 2)
  async.gather(tasks)
  equal(semaphore:value(), 5)
end

-- case 11, Q-05 TASK-13, D1: from the put on the value is the getter's, which returns before its cancel is raised
function test.any_order.a_getter_that_has_its_value_is_cancelled()
  local q = async.queue(1)
  local a, b = line_up(q.get, q), line_up(q.get, q)
  q:put "one"
  equal(q:try_get(), false)
  a:cancel()
  q:put "two"
  h.list({ a:await(), b:await(), q:size() }, { "one", "two", 0 })
  equal(#h.reports(), 1)
end

-- case 11, Q-05
function test.any_order.a_getter_that_waits_is_cancelled_and_a_value_comes()
  local q = async.queue(1)
  local a, b = line_up(q.get, q), line_up(q.get, q)
  a:cancel()
  q:put "one"
  h.raises("cancelled", a.await, a)
  equal(b:await(), "one")
end

-- case 11, Q-06, D1: from the get on that made room a put is done; cancelled before, the room goes to the next
function test.any_order.a_putter_whose_room_came_is_cancelled()
  for _, cancel_first in ipairs { false, true } do
    local q = async.queue(1)
    q:put(1)
    local a, b = line_up(q.put, q, 2), line_up(q.put, q, 3)
    if cancel_first then a:cancel() end
    h.list({ q:try_get() }, { true, 1 })
    if not cancel_first then a:cancel() end
    equal(q:size(), 1)
    if cancel_first then
      h.raises("cancelled", a.await, a)
    else
      equal(q:get(), 2)
      a:await()
    end
    equal(q:get(), 3)
    b:await()
    equal(#h.reports(), cancel_first and 0 or 1)
  end
end

-- A queue with two unfinished values, one of them in a worker's hands; a put that waits for room, and two joiners.
local function busy_queue(log)
  local q = async.queue(1)
  q:put "in hand"
  equal(q:get(), "in hand")
  q:put "queued"
  local function join()
    q:join()
    log[#log + 1] = "joined"
  end
  local putter, joiners = async.spawn(q.put, q, "blocked"), { async.spawn(join), async.spawn(join) }
  h.turns()
  equal(q:unfinished(), 2)
  return q, putter, joiners
end

-- case 12, Q-08 Q-10
function test.any_order.an_immediate_shutdown_waits_for_what_is_in_hand_only()
  local log = {}
  local q, putter, joiners = busy_queue(log)
  q:shutdown(true)
  h.list({ q:size(), q:unfinished() }, { 0, 1 })
  h.raises("closed", putter.await, putter)
  for _, f in ipairs { q.get, q.try_get, q.put, q.try_put } do h.raises("closed", f, q, "refused") end
  h.turns()
  equal(#log, 0)
  q:task_done()
  async.gather(joiners)
  equal(#log, 2)
  h.raises("state", q.task_done, q)
  equal(q:unfinished(), 0)
end

-- case 12, Q-09
function test.any_order.a_plain_shutdown_leaves_what_is_queued()
  local q, putter, joiners = busy_queue {}
  q:close()
  h.raises("closed", putter.await, putter)
  equal(q:unfinished(), 2)
  equal(q:get(), "queued")
  h.raises("closed", q.get, q)
  for _ = 1, 2 do q:task_done() end
  async.gather(joiners)
end

-- case 12, Q-09 Q-10: a second shutdown may be hastier
function test.any_order.getters_that_wait_are_told_of_the_shutdown()
  local q = async.queue(1)
  local a, b = line_up(q.get, q), line_up(q.get, q)
  q:close()
  q:shutdown(true)
  h.raises("closed", a.await, a)
  h.raises("closed", b.await, b)
end

test()
