/** @file
 * @brief C++20 for libasync: coroutines, handles, exceptions. Header only, over libasync.h. */
#ifndef LIBASYNC_HPP
#define LIBASYNC_HPP

#include "libasync/as_completed.hpp"
#include "libasync/barrier.hpp"
#include "libasync/condition.hpp"
#include "libasync/event.hpp"
#include "libasync/for_each.hpp"
#include "libasync/gather.hpp"
#include "libasync/generator.hpp"
#include "libasync/generator_handle.hpp"
#include "libasync/group.hpp"
#include "libasync/limiter.hpp"
#include "libasync/lines.hpp"
#include "libasync/lock.hpp"
#include "libasync/promise.hpp"
#include "libasync/queue.hpp"
#include "libasync/resolve.hpp"
#include "libasync/semaphore.hpp"
#include "libasync/server.hpp"
#include "libasync/signal.hpp"
#include "libasync/sleep.hpp"
#include "libasync/stack.hpp"
#include "libasync/stream.hpp"
#include "libasync/task.hpp"
#include "libasync/timeout.hpp"
#include "libasync/transport.hpp"
#include "libasync/wait_for.hpp"
#include "libasync/watch.hpp"

#endif
