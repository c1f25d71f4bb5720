#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// The next SIGINT is this loop's instead of the process's end; one after it is not. `on_interrupt` runs in the
/// loop's turn. False when the process does anything but the default with it, or another loop has it.
bool interrupt_catch(loop &l, void (*on_interrupt)(loop &) noexcept) noexcept;
/// Whether one came since; asks once.
bool interrupt_came() noexcept;
/// The process's again. One that came and was not asked for is raised anew.
void interrupt_release(loop &l) noexcept;

}  // namespace libasync
