/** @file
 * @brief Version and status texts. */
#include "capi/handles.hpp"

extern "C" {

/**
 * Say which version of the library runs.
 *
 * The library may be newer than the header a program was built with.
 *
 * @return `major << 16 | minor << 8 | patch`
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API uint32_t asy_version(void) ASY_NOEXCEPT { return 0 << 16 | 1 << 8 | 0; }

/**
 * Name a status.
 *
 * @param[in] status any status, also one this version does not know
 * @return the constant's name, such as "ASY_E_CANCELLED"; never NULL
 * @par Ownership
 * nothing changes hands; the text lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_status_name(asy_status status) ASY_NOEXCEPT { return libasync::status_name(status); }

/**
 * Explain a status in a sentence.
 *
 * It says what happened and, where something can be done, what to do.
 *
 * @param[in] status any status, also one this version does not know
 * @return the sentence; never NULL
 * @par Ownership
 * nothing changes hands; the text lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_status_text(asy_status status) ASY_NOEXCEPT { return libasync::status_text(status); }

}  // extern "C"
