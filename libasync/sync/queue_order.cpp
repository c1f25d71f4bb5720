#include "libasync/sync/queue_order.hpp"

#include "libasync/base/value_compare.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

std::size_t parent(std::size_t at) noexcept { return (at - 1) / 2; }

struct comparison {
  queue &q;
  const asy_value &a, &b;
  int32_t order;
  asy_status status;
};

void ask(void *argument) noexcept {
  auto &c = *static_cast<comparison *>(argument);
  c.status = c.q.compare.run(&c.a, &c.b, &c.order, c.q.compare.user_data);
}

asy_status compare(queue &q, const asy_value &a, const asy_value &b, int32_t &order) noexcept {
  if (!q.compare.run) return value_compare(a, b, order);
  comparison asked{q, a, b, 0, ASY_OK};
  run_outside(ask, &asked);
  order = asked.order;
  return asked.status < 0 ? ASY_E_INVALID : ASY_OK;
}

/// Where a new item belongs: above those that are greater. Nothing is moved yet.
asy_status find_place(queue &q, const asy_value &item, std::size_t &at) noexcept {
  for (at = q.count; at; at = parent(at)) {
    int32_t order = 0;
    if (const asy_status status = compare(q, item, q.items[parent(at)], order)) return status;
    if (order >= 0) break;
  }
  return ASY_OK;
}

void move(queue &q, std::size_t to, std::size_t from) noexcept {
  q.items[to] = q.items[from];
  q.ages[to] = q.ages[from];
}

/// Those that cannot be compared, which only shows here when they never met before, keep their order of arrival.
bool is_before(queue &q, std::size_t a, std::size_t b, asy_status &failure) noexcept {
  int32_t order = 0;
  if (const asy_status status = compare(q, q.items[a], q.items[b], order)) {
    failure = status;
    order = 0;
  }
  return order ? order < 0 : q.ages[a] < q.ages[b];
}

/// The last item, at index `count`, moves into the hole at the top and down to its place.
asy_status fill_hole(queue &q) noexcept {
  asy_status failure = ASY_OK;
  std::size_t hole = 0;
  for (std::size_t child = 1; child < q.count; child = 2 * hole + 1) {
    if (child + 1 < q.count && is_before(q, child + 1, child, failure)) ++child;
    if (is_before(q, q.count, child, failure)) break;
    move(q, hole, child);
    hole = child;
  }
  move(q, hole, q.count);
  return failure;
}

}  // namespace

asy_status queue_heap_add(queue &q, const asy_value &item) noexcept {
  std::size_t at = 0;
  q.comparing = true;
  const asy_status status = find_place(q, item, at);
  q.comparing = false;
  if (status) return status;
  for (std::size_t hole = q.count; hole != at; hole = parent(hole)) move(q, hole, parent(hole));
  q.items[at] = item;
  q.ages[at] = q.next_age++;
  ++q.count;
  return ASY_OK;
}

asy_value queue_heap_take(queue &q) noexcept {
  const asy_value item = q.items[0];
  --q.count;
  q.comparing = true;
  const asy_status failure = fill_hole(q);
  q.comparing = false;
  if (failure) loop_report(*q.owner, error_of(failure), "values of a queue could not be compared");
  return item;
}

bool queue_grow(queue &q) noexcept {
  const std::size_t each = sizeof(asy_value) + (q.order == queue_order::PRIORITY ? sizeof(uint64_t) : 0);
  std::size_t capacity = q.capacity ? 2 * q.capacity : 4;
  if (q.max_size && capacity > q.max_size) capacity = q.max_size;
  if (capacity > SIZE_MAX / each) return false;
  auto *fresh = static_cast<asy_value *>(allocate(capacity * each));
  if (!fresh) return false;
  for (std::size_t i = 0; i < q.count; ++i) fresh[i] = q.items[(q.first + i) % q.capacity];
  if (q.order == queue_order::PRIORITY) {
    auto *const ages = reinterpret_cast<uint64_t *>(fresh + capacity);
    if (q.count) std::memcpy(ages, q.ages, q.count * sizeof *ages);
    q.ages = ages;
  }
  deallocate(q.items);
  q.items = fresh;
  q.capacity = capacity;
  q.first = 0;
  return true;
}

void queue_release_items(queue &q) noexcept {
  asy_value *const items = q.items;
  const std::size_t first = q.first, count = q.count, capacity = q.capacity;
  q.items = nullptr;
  q.first = q.count = q.capacity = 0;
  for (std::size_t i = 0; i < count; ++i) value_clear_outside(items[(first + i) % capacity]);
  deallocate(items);
}

}  // namespace libasync
