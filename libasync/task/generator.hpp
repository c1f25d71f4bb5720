#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

enum generator_state : uint8_t {
  GENERATOR_UNSTARTED,
  GENERATOR_SUSPENDED,  // at a yield
  GENERATOR_BUSY,       // an operation is under way, which holds a reference
  GENERATOR_OVER        // its code is gone
};

struct generator;

/// What makes the items. The answers come by generator_hand_over() and generator_end(), also at once.
struct generator_source {
  /// Starts or goes on; consumes the value, borrows the error. On failure nothing has happened.
  asy_status (*resume)(generator &g, asy_value &sent, error *thrown) noexcept;
  /// Lets it clean up, from where it is suspended.
  void (*close)(generator &g) noexcept;
  void (*cancel)(generator &g, error *reason) noexcept;
  /// Gives its code and data back; what is suspended is ended without waiting.
  void (*destroy)(generator &g) noexcept;
  void (*describe)(generator &g, asy_line_cb on_line, void *user_data) noexcept;  // or NULL
};

/// Asynchronous iteration with an owner: one operation at a time, and an end that is always reached.
struct generator : object {  // `state` is a generator_state
  const generator_source *source;
  generator *next_generator, *previous_generator;  // of the loop's open ones: started and not over
  future *operation;                               // the one under way, owned; NULL when the loop closes it
  asy_value kept;                                  // an item that came when nobody waited any more: the next one's
  char *name;                                      // owned, or NULL for the number's
  const char *language;                            // or NULL
  uint32_t number;
  bool keeps, closing;
};

/// A language's iterator. Consumes `self`, also on failure. NULL without memory.
generator *generator_of_iterator(loop &l, const asy_iterator *type, void *self) noexcept;
/// A task that was not begun, and hands items over. Consumes it, also on failure; a spawn that failed is told.
asy_status generator_of_task(future *consumed, generator *&out) noexcept;
/// In such a task, which then has to await the future. Never NULL.
future *generator_yield(task &t, asy_value consumed) noexcept;
/// The same on a small stack, with the wait. `out_error` receives a reference.
asy_status generator_yield_here(asy_value consumed, asy_value *out_sent, error **out_error) noexcept;

/// Goes on with a value, nil for a plain next.
future *generator_send(generator &g, asy_value consumed) noexcept;
future *generator_throw(generator &g, error *consumed) noexcept;
future *generator_close(generator &g) noexcept;
/// Closes all open ones at once. The value: a list of nil or the error, for each.
future *generators_close_all(loop &l) noexcept;
/// Tells its name, and where it stands when its code can.
void generator_describe(generator &g, asy_line_cb on_line, void *user_data) noexcept;
/// Ends the open ones without waiting; the loop closes.
void generators_close(loop &l) noexcept;

// ---- for the sources
/// The common part of a new one.
void generator_set_up(generator &g, const generator_source &source, const char *language) noexcept;
void generator_name(const generator &g, char (&name)[64]) noexcept;
/// An item: the operation under way is done.
void generator_hand_over(generator &g, asy_value consumed) noexcept;
/// It is over: with an error, consumed, or NULL at its end.
void generator_end(generator &g, error *consumed) noexcept;
void generator_dispose(object &self) noexcept;
void generator_at_close(object &self) noexcept;

}  // namespace libasync
