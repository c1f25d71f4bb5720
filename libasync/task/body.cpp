#include "libasync/task/body.hpp"

#include <exception>

namespace libasync {

asy_status body_run(const callback<asy_run_cb> &body, asy_value &value, error *&raised) noexcept {
  const char *what = "an exception that is no std::exception left a task's function";
  try {
    return body.run(&value, reinterpret_cast<asy_error **>(&raised), body.user_data);
  } catch (const std::exception &e) {
    if (raised) error_unref(raised);
    raised = error_new(ASY_E_INTERNAL, e.what());
  } catch (...) {
    if (raised) error_unref(raised);
    raised = error_new(ASY_E_INTERNAL, what);
  }
  return ASY_E_INTERNAL;
}

error *body_failure(asy_status status, asy_value &value, error *raised) noexcept {
  if (status == ASY_OK) {
    if (raised) error_unref(raised);
    return nullptr;
  }
  value_clear(value);
  if (raised) return raised;
  return status > 0 ? error_new(ASY_E_INVALID, "a task's function returned a positive status") : error_of(status);
}

}  // namespace libasync
