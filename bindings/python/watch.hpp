#pragma once
#include "runtime.hpp"

namespace asypy {

void free_callable(void *user_data);  // `on_free` of every callable that is a callback's user_data

/* One that the loop calls later, in a copy of the context of its registration. NULL with an exception. */
void *register_callable(PyObject *function);
void free_registered(void *user_data);

/* While it runs. False with an exception when its context cannot be entered. */
class Entered {
 public:
  explicit Entered(void *user_data);
  ~Entered();
  Entered(const Entered &) = delete;
  explicit operator bool() const { return entered_; }
  PyObject *function() const { return function_; }

 private:
  PyObject *function_, *context_;
  bool entered_;
};

void on_call(void *user_data);
PyObject *remove_signal_handler(asy_loop *loop, int32_t signum);
void on_event(asy_watch *watch, uint32_t events, void *user_data);

}  // namespace asypy
