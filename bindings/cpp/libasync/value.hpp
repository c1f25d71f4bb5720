/** @file
 * @brief Values that cross languages, and how C++ types become such values. */
#ifndef LIBASYNC_CPP_VALUE_HPP
#define LIBASYNC_CPP_VALUE_HPP
#include "box.hpp"
#include "error.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace asy {

/**
 * How a C++ type crosses the C ABI.
 *
 * Specialise it to make a type readable for other languages; without that it travels as an opaque object
 * and only C++ gets it back. `put` fills an empty value or throws, `get` reads one or throws #ASY_E_INVALID.
 */
template <class T>
struct convert;

/**
 * Whether `get` of a boxed type copies; otherwise the first reader takes it.
 * Specialise as false for a type that claims to be copyable and is not.
 */
template <class T>
inline constexpr bool is_copyable = std::is_copy_constructible_v<T>;

/** A value of any language; empty it is nil. Any thread, one at a time. */
class value {
 public:
  value() noexcept = default;
  value(adopt_t, const asy_value &raw) noexcept : raw_(raw) {}
  value(borrow_t, const asy_value &raw) { check(asy_value_copy(&raw, &raw_)); }
  value(const value &other) : value(borrow, other.raw_) {}
  value(value &&other) noexcept : raw_(std::exchange(other.raw_, asy_value{})) {}
  /** Make a value of anything that asy::convert knows. */
  template <class T>
  requires(!std::same_as<std::remove_cvref_t<T>, value>) explicit value(T &&item) {
    convert<std::decay_t<T>>::put(std::forward<T>(item), &raw_);
  }
  value &operator=(value other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~value() {
    if (!is_nil()) asy_value_clear(&raw_);
  }

  /** @return one of #asy_value_kind */
  std::uint32_t kind() const noexcept { return raw_.kind; }
  bool is_nil() const noexcept { return raw_.kind == ASY_VALUE_NIL; }
  /** @return what it holds as a `T`; throws asy::error #ASY_E_INVALID for another kind */
  template <class T>
  T as() const {
    return convert<T>::get(raw_);
  }
  /** @return the C value, borrowed */
  const asy_value *raw() const noexcept { return &raw_; }
  asy_value *raw() noexcept { return &raw_; }
  /** @return the C value with what it holds, the caller's from now on */
  asy_value release() noexcept { return std::exchange(raw_, asy_value{}); }

 private:
  asy_value raw_{};
};

namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void mismatch(const char *wanted, const asy_value &in) {
  static constexpr const char *names[] = {"nil",  "bool",  "int",    "double",  "string", "bytes",
                                          "list", "error", "future", "pointer", "object"};
  const asy_type *type = in.kind == ASY_VALUE_OBJECT ? asy_value_type(&in) : nullptr;
  std::string text = "expected ";
  text.append(wanted).append(", got ");
  text.append(type ? type->name : in.kind < std::size(names) ? names[in.kind] : "an unknown kind");
  throw error(ASY_E_INVALID, text);
}

template <class T>
struct convert_list {
  static void get(const asy_value &in, std::size_t count) {
    if (asy_value_kind(&in) != ASY_VALUE_LIST || (count != SIZE_MAX && asy_value_count(&in) != count))
      mismatch(type_name<T>.data, in);
  }
};

}  // namespace detail

template <class T>
struct convert {
  static_assert(!std::is_reference_v<T>, "a result is a value: return a pointer or std::reference_wrapper");

  template <class U>
  static void put(U &&item, asy_value *out) {
    asy_value_set_object(out, new detail::box<T>(T(std::forward<U>(item))), &detail::box_type<T>);
  }
  static T get(const asy_value &in) {
    auto *found = static_cast<detail::box<T> *>(asy_value_object(&in, &detail::box_type<T>));
    if (!found) detail::mismatch(detail::type_name<T>.data, in);
    if constexpr (is_copyable<T>) {
      return found->item;
    } else {
      if (found->is_taken.exchange(true))
        throw state_error(ASY_E_STATE, "this result cannot be copied and was taken before");
      return std::move(found->item);
    }
  }
};

template <>
struct convert<void> {
  static void get(const asy_value &) noexcept {}
};

template <>
struct convert<std::monostate> {
  static void put(std::monostate, asy_value *) noexcept {}
  static std::monostate get(const asy_value &) noexcept { return {}; }
};

template <>
struct convert<value> {
  static void put(value item, asy_value *out) noexcept { *out = item.release(); }
  static value get(const asy_value &in) { return value(borrow, in); }
};

template <>
struct convert<bool> {
  static void put(bool item, asy_value *out) noexcept { asy_value_set_bool(out, item); }
  static bool get(const asy_value &in) {
    if (in.kind != ASY_VALUE_BOOL && in.kind != ASY_VALUE_INT) detail::mismatch("bool", in);
    return asy_value_int(&in) != 0;
  }
};

/** Integers and enumerations; one that does not fit 64 signed bits travels as an object. */
template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) struct convert<T> {
  using integer = typename std::conditional_t<std::is_enum_v<T>, std::underlying_type<T>, std::type_identity<T>>::type;
  static void put(T item, asy_value *out) {
    if (std::in_range<std::int64_t>(wide(item))) asy_value_set_int(out, static_cast<std::int64_t>(item));
    else asy_value_set_object(out, new detail::box<T>(std::move(item)), &detail::box_type<T>);
  }
  static T get(const asy_value &in) {
    if (auto *found = static_cast<detail::box<T> *>(asy_value_object(&in, &detail::box_type<T>))) return found->item;
    std::int64_t number = asy_value_int(&in);
    if ((in.kind != ASY_VALUE_INT && in.kind != ASY_VALUE_BOOL) || !fits(number))
      detail::mismatch(detail::type_name<T>.data, in);
    return static_cast<T>(number);
  }

 private:
  // std::in_range refuses characters.
  static constexpr auto wide(T item) noexcept {
    if constexpr (std::is_signed_v<integer>) return static_cast<std::int64_t>(item);
    else return static_cast<std::uint64_t>(item);
  }
  static constexpr bool fits(std::int64_t number) noexcept {
    return static_cast<std::int64_t>(static_cast<integer>(number)) == number &&
           (std::is_signed_v<integer> || number >= 0);
  }
};

template <std::floating_point T>
struct convert<T> {
  static void put(T item, asy_value *out) noexcept { asy_value_set_double(out, static_cast<double>(item)); }
  static T get(const asy_value &in) {
    if (in.kind != ASY_VALUE_DOUBLE && in.kind != ASY_VALUE_INT) detail::mismatch("double", in);
    return static_cast<T>(asy_value_double(&in));
  }
};

template <>
struct convert<std::string> {
  static void put(std::string_view item, asy_value *out) { check(asy_value_set_string(out, item.data(), item.size())); }
  static std::string get(const asy_value &in) {
    std::size_t size = 0;
    const void *data = asy_value_data(&in, &size);
    if (!data) detail::mismatch("string", in);
    return std::string(static_cast<const char *>(data), size);
  }
};
template <>
struct convert<std::string_view> {
  static void put(std::string_view item, asy_value *out) { convert<std::string>::put(item, out); }
};
template <>
struct convert<const char *> {
  static void put(const char *item, asy_value *out) { convert<std::string>::put(item, out); }
};
template <>
struct convert<char *> : convert<const char *> {};

template <>
struct convert<bytes> {
  static void put(bytes item, asy_value *out) {
    if (item) asy_value_set_bytes_object(out, item.release());
    else check(asy_value_set_bytes(out, nullptr, 0));
  }
  static bytes get(const asy_value &in) {
    if (in.kind != ASY_VALUE_BYTES) detail::mismatch("bytes", in);
    return bytes(borrow, asy_value_bytes(&in));
  }
};

template <>
struct convert<error> {
  static void put(const error &item, asy_value *out) noexcept { asy_value_set_error(out, asy_error_ref(item.raw())); }
  static error get(const asy_value &in) {
    if (in.kind != ASY_VALUE_ERROR) detail::mismatch("error", in);
    return error(borrow, asy_value_error(&in));
  }
};

template <class T>
struct convert<std::optional<T>> {
  static void put(std::optional<T> item, asy_value *out) {
    if (item) convert<T>::put(std::move(*item), out);
  }
  static std::optional<T> get(const asy_value &in) {
    if (in.kind == ASY_VALUE_NIL) return std::nullopt;
    return convert<T>::get(in);
  }
};

template <class T>
struct convert<std::vector<T>> {
  static void put(std::vector<T> items, asy_value *out) {
    value list;
    check(asy_value_set_list(list.raw(), items.size()));
    for (std::size_t i = 0; i < items.size(); ++i) convert<T>::put(std::move(items[i]), asy_value_item(list.raw(), i));
    *out = list.release();
  }
  static std::vector<T> get(const asy_value &in) {
    detail::convert_list<std::vector<T>>::get(in, SIZE_MAX);
    std::vector<T> items;
    items.reserve(asy_value_count(&in));
    for (std::size_t i = 0, count = asy_value_count(&in); i < count; ++i)
      items.push_back(convert<T>::get(*asy_value_item(&in, i)));
    return items;
  }
};

template <class... T>
struct convert<std::tuple<T...>> {
  static void put(std::tuple<T...> items, asy_value *out) {
    value list;
    check(asy_value_set_list(list.raw(), sizeof...(T)));
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (convert<T>::put(std::get<I>(std::move(items)), asy_value_item(list.raw(), I)), ...);
    }
    (std::index_sequence_for<T...>());
    *out = list.release();
  }
  static std::tuple<T...> get(const asy_value &in) {
    detail::convert_list<std::tuple<T...>>::get(in, sizeof...(T));
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple<T...>{convert<T>::get(*asy_value_item(&in, I))...};
    }
    (std::index_sequence_for<T...>());
  }
};

namespace detail {
/** void has no place in a tuple. */
template <class T>
using regular = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/** What settles a future of `T`: one item that becomes a `T`, nothing for void, either for asy::value. */
template <class T, class... U>
concept settles = sizeof...(U) < 2 && (std::same_as<T, value> || (std::is_void_v<T> && sizeof...(U) == 0) ||
                                       (sizeof...(U) == 1 && (std::convertible_to<U, T> && ...)));

/** As a `T`, which is what the reader asks for. */
template <class T, class... U>
value value_for(U &&...item) {
  if constexpr (std::is_void_v<T> || std::same_as<T, value>) {
    return value(std::forward<U>(item)...);
  } else {
    value made;
    convert<T>::put(T(std::forward<U>(item)...), made.raw());
    return made;
  }
}

/** Reads a result with asy::convert. */
template <class T>
struct read_as {
  T operator()(const asy_value &result) const { return convert<T>::get(result); }
};
}  // namespace detail

}  // namespace asy
#endif
