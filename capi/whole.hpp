#pragma once
// The generated header in place of those it was generated from: for what calls all of the ABI. Include it first.
#ifndef LIBASYNC_BASE_ABI_H
#define LIBASYNC_BASE_ABI_H
#endif
#ifndef LIBASYNC_CAPI_TYPES_H
#define LIBASYNC_CAPI_TYPES_H
#endif
#ifndef LIBASYNC_CAPI_EXPORT_H
#define LIBASYNC_CAPI_EXPORT_H
#endif
#include "capi/libasync.h"
