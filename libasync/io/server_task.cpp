#include <cstdio>

#include "libasync/io/server.hpp"
#include "libasync/task/task.hpp"

namespace libasync {

/// A task that serves one connection.
struct connection_task : waiter {
  server *of;             // owned
  transport *connection;  // owned
  future *task;           // owned
  connection_task *next_task, *previous_task;
};

namespace {

void report(transport &t, future &task) noexcept {
  char name[address_text_size], what[address_text_size + 32];
  std::snprintf(what, sizeof what, "the task of connection %s", address_text(t.peer, true, name));
  future_mark_read(task);
  future_report(task, task.failure(), what);
}

using circle_of_tasks = circle<&connection_task::next_task, &connection_task::previous_task>;

/// The task is done: its connection goes with it.
void on_done(future &task, waiter &self) noexcept {
  auto &c = static_cast<connection_task &>(self);
  server &s = *c.of;
  transport &t = *c.connection;
  circle_of_tasks::remove(s.tasks, c);
  s.owner->nodes.put(&c, sizeof c);
  const bool closing = s.owner->closing;
  if (task.state == FAILED && !closing) report(t, task);
  // After the grace nobody waits for a peer that does not read.
  if (s.is(server::overdue)) transport_abort(t);
  else transport_close(t);
  t.flags &=
      static_cast<uint8_t>(~transport::tied);  // last: the report may run a collector that drops the task's stream
  if (!t.is(transport::counted)) server_forget(s);
  unref_local(&task);
  unref_local(&t);
  unref_local(&s);
}

}  // namespace

asy_status server_add(server &s, transport &t, future &task) noexcept {
  if (t.origin != &s.origin) return ASY_E_INVALID;
  if (t.is_tied() || !t.is(transport::counted)) return ASY_E_STATE;
  if (task.owner != s.owner) return task.owner ? ASY_E_WRONG_LOOP : ASY_E_INVALID;
  auto *c = static_cast<connection_task *>(s.owner->nodes.get(sizeof(connection_task)));
  if (!c) return ASY_E_NOMEM;
  *c = {};
  c->run = on_done;
  c->of = ref(&s);
  c->connection = ref(&t);
  c->task = ref(&task);
  t.flags |= transport::tied;
  circle_of_tasks::append(s.tasks, *c);
  future_wait(task, *c);
  if (s.is(server::overdue)) future_cancel(task, nullptr);
  return ASY_OK;
}

void server_expel(server &s) noexcept {
  s.set(server::overdue);
  object_ref(&s);
  error *const reason = scope_reason("the server stops");
  if (connection_task *at = s.tasks) {
    connection_task *const last = at->previous_task;
    for (bool more = true; more;) {
      more = at != last;
      connection_task *next = at->next_task;
      future_cancel(*at->task, reason);
      at = next;
    }
  }
  if (transport *at = s.connections) {
    transport *const last = at->previous;
    for (bool more = true; more;) {
      more = at != last;
      transport *next = at->next;
      if (!at->is_tied()) transport_abort(*at);
      at = next;
    }
  }
  error_unref(reason);
  unref_local(&s);
}

}  // namespace libasync
