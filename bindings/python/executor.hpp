#pragma once
#include "runtime.hpp"

namespace asypy {

class Executor {
 public:
  explicit Executor(unsigned max_threads = 0, unsigned max_queued = 0, const char *name = nullptr);
  Executor(const Executor &) = delete;
  Executor &operator=(const Executor &) = delete;
  ~Executor();

  PyObject *_run(asy_loop *loop, PyObject *function);      // without arguments
  PyObject *_shutdown(asy_loop *loop, PyObject *seconds);  // None: without limit

 private:
  asy_executor *handle_ = nullptr;
};

}  // namespace asypy
