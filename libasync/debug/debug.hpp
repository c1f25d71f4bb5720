#pragma once
#include "libasync/debug/monitor.hpp"

namespace libasync {

/// Unless the loop is closed or refuses the thread, the monitor to set something of.
asy_status monitor_for(loop *l, monitor *&out) noexcept;
/// How many objects of each kind are alive, also after close: then they are what the program still holds.
asy_status visit_live(loop &l, asy_live_cb on_live, void *user_data) noexcept;

}  // namespace libasync
