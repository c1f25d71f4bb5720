#pragma once
#include "runtime.hpp"

namespace asypy {

void free_callable(void *user_data);  // `on_free` of every callable that is a callback's user_data
void on_call(void *user_data);
PyObject *remove_signal_handler(asy_loop *loop, int32_t signum);
void on_event(asy_watch *watch, uint32_t events, void *user_data);

}  // namespace asypy
