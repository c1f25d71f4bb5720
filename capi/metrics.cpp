/** @file
 * @brief Counters: what a loop has done. */
#include <algorithm>

#include "capi/handles.hpp"
#include "libasync/debug/metrics.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Read what a loop has counted.
 *
 * A caller built against an older version, whose struct is shorter, gets the counters it knows.
 *
 * @param[in] loop the loop; borrowed
 * @param[out] out_metrics receives the counters; its `size` is set before
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `size` is not set
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @par Batch
 * never: fills a struct
 * @since 0.1
 */
ASY_API asy_status asy_loop_read_metrics(asy_loop *loop, asy_loop_metrics *out_metrics) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(core(loop))) return refused;
  if (!out_metrics || out_metrics->size < sizeof out_metrics->size) return ASY_E_INVALID;
  const libasync::loop &l = *core(loop);
  const counters &c = l.counters;
  const asy_loop_metrics all{std::min(out_metrics->size, sizeof(asy_loop_metrics)),
                             c.polls,
                             c.entries,
                             l.ready.size(),
                             c.ready_max,
                             c.timers,
                             c.lag,
                             c.lag_max,
                             l.task_count,
                             tasks_created(l),
                             tasks_finished(l),
                             c.steps,
                             c.step,
                             c.step_max,
                             c.poll};
  std::memcpy(out_metrics, &all, all.size);
  return ASY_OK;
}

/**
 * Count the unfinished tasks of one language.
 *
 * Goes through all of them.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] language such as "c", "c++", "go", "lua" or "python"; borrowed
 * @return how many
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_loop_task_count_of(asy_loop *loop, const char *language) ASY_NOEXCEPT {
  return !language || loop_check(core(loop)) ? 0 : tasks_of(*core(loop), language);
}

}  // extern "C"
