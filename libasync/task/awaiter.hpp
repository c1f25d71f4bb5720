#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Who waits by a kind of waiter, which is known by what it runs. Every operation that waits for another's
/// future makes one, so that who awaits whom is read from the registrations and kept nowhere else.
class awaiter_rule {
 public:
  using run_function = void (*)(future &done, waiter &self) noexcept;
  using find_function = future *(*)(waiter &self) noexcept;

  awaiter_rule(run_function what, find_function whose) noexcept : run_(what), find_(whose), next_(first) {
    first = this;
  }
  /// NULL for a callback, and for one whose awaiter is gone.
  static future *find(waiter &w) noexcept {
    for (const awaiter_rule *rule = first; rule; rule = rule->next_)
      if (rule->run_ == w.run) return rule->find_(w);
    return nullptr;
  }

 private:
  run_function run_;
  find_function find_;
  const awaiter_rule *next_;
  static inline const awaiter_rule *first = nullptr;
};

}  // namespace libasync
