/** @file
 * @brief Values that follow a task: contexts and their variables. */
#ifndef LIBASYNC_CPP_CONTEXT_HPP
#define LIBASYNC_CPP_CONTEXT_HPP
#include "value.hpp"

namespace asy {

/** Values of context variables; copies of the handle share it. A task runs in a copy of its creator's. */
class context : public detail::counted<asy_context, asy_context_ref, asy_context_unref> {
 public:
  using counted::counted;
  /** @return the one that the calling code runs in */
  static context current() { return made(asy_context_current()); }
  /** @return a new one without values */
  static context empty() { return made(asy_context_new()); }
  /** @return one of its own with the same values */
  context copy() const { return made(asy_context_copy(raw())); }

  /** Call `function()` in this context; throws state_error where it is entered already. */
  template <class F>
  std::invoke_result_t<F &> run(F function) const {
    check(asy_context_enter(raw()), "this context is entered already: run in a copy()");
    struct leave {
      asy_context *entered;
      ~leave() { asy_context_exit(entered); }
    } scope{raw()};
    return function();
  }

 private:
  static context made(asy_context *raw) {
    if (!raw) check(ASY_E_NOMEM);
    return context(adopt, raw);
  }
};

namespace detail {

using token_handle = counted<asy_context_token, asy_context_token_ref, asy_context_token_unref>;

}  // namespace detail

/** Undoes one set() of a context_var; dropping it undoes nothing. */
class context_token : public detail::token_handle {
 public:
  using counted::counted;
  /** Once, and in the context of the set(); throws state_error or asy::error #ASY_E_INVALID. */
  void reset() const { check(asy_context_reset(asy_context_token_ref(raw())), "a token is reset once"); }
};

/** A value for a scope: the end of the scope gives back the one before. */
class [[nodiscard]] context_scope {
 public:
  explicit context_scope(context_token token) noexcept : token_(std::move(token)) {}
  context_scope(context_scope &&) noexcept = default;
  // It would give back the older value after the newer one was set.
  context_scope &operator=(context_scope &&) = delete;
  ~context_scope() {
    if (token_ && asy_context_reset(token_.release()) < 0) [[unlikely]]
      detail::report_misuse("it ends in another context than it began in", "the end of a variable's scope");
  }

 private:
  context_token token_;
};

/** A variable with a value per context; copies are the same variable. Any thread. */
template <class T>
class context_var : public detail::counted<asy_context_var, asy_context_var_ref, asy_context_var_unref> {
  static_assert(is_copyable<T>, "a context is copied with what it holds: use a std::shared_ptr");

 public:
  /** @param name what to call it; copied */
  explicit context_var(const char *name) : context_var(name, static_cast<const asy_value *>(nullptr)) {}
  /** @param unset its value where nothing was set */
  context_var(const char *name, T unset) : context_var(name, value(std::move(unset)).raw()) {}

  const char *name() const noexcept { return asy_context_var_name(raw()); }
  /** @return the value in a context, the current one if none is named; throws not_found_error where there is none */
  T get(const context &where = {}) const {
    value found;
    check(asy_context_get(where.raw(), raw(), found.raw()));
    return found.template as<T>();
  }
  /** Set it in the current context; copies made before do not see it. */
  context_token set(T item, const context &where = {}) const {
    value carried(std::move(item));
    asy_context_token *made = nullptr;
    check(asy_context_set(where.raw(), raw(), carried.raw(), &made));
    return context_token(adopt, made);
  }
  /** Set it for as long as the result lives. */
  context_scope scoped(T item) const { return context_scope(set(std::move(item))); }

 private:
  context_var(const char *name, const asy_value *unset) {
    asy_context_var *made = nullptr;
    check(asy_context_var_new(name, unset, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }
};

}  // namespace asy
#endif
