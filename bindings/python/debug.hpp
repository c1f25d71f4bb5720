#pragma once
#include "runtime.hpp"

namespace asypy {

bool tell_places(asy_loop *loop);  // what is made in debug mode remembers Python's frames; false: exception set
void on_line(const char *text, void *user_data);                // calls user_data(text)
void on_live(const char *kind, size_t count, void *user_data);  // calls user_data(kind, count)
/* With the GIL given back: ending the watch waits for its thread, which may be calling Python. NULL ends it. */
asy_status watch_loop(asy_loop *loop, uint64_t limit_ns, PyObject *on_stuck);
PyObject *metrics_dict(const asy_loop_metrics *metrics);  // times in seconds

}  // namespace asypy
