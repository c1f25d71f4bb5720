/* What marks a function of the C ABI. capigen.py looks for the markers and writes its own definitions of them into
 * libasync.h, so nothing here reaches a user. */
#ifndef LIBASYNC_CAPI_EXPORT_H
#define LIBASYNC_CAPI_EXPORT_H
#define ASY_API __attribute__((visibility("default")))
#ifdef __cplusplus
#define ASY_NOEXCEPT noexcept
#else
#define ASY_NOEXCEPT
#endif
#endif
