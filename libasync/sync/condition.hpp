#pragma once
#include "libasync/sync/lock.hpp"

namespace libasync {

/// Tasks that wait, without the lock, for what they see with it to change.
///
/// A wait first stands in the condition's line. Notified, cancelled or failed it changes to the lock's
/// line, and whatever its outcome is, it is told with the lock in hand.
struct condition : object {
  libasync::lock *lock;  // owned
  waiting_line waiting;
};

/// NULL without memory; without a lock it makes one of its own.
condition *condition_new(loop &l, lock *borrowed) noexcept;
future *condition_wait_new(condition &c) noexcept;
/// Consumes the callback.
future *condition_wait_for(condition &c, callback<asy_predicate_cb> check) noexcept;
asy_status condition_notify(condition &c, std::size_t count) noexcept;

}  // namespace libasync
