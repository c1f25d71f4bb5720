/** @file
 * @brief libcurl's multi interface as futures: link with libasync_curl.
 *
 * The worked example of bridging a library that calls back: see asy_curl.c. */
#ifndef ASY_CURL_H
#define ASY_CURL_H

#include <libasync.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Transfers of libcurl on a loop, with the connections they leave open for the next.
 *
 * @since 0.1
 */
typedef struct asy_curl asy_curl;

/**
 * Make a place for transfers.
 *
 * It ends with asy_curl_close(), with its last reference, or with the loop,
 * whichever comes first.
 *
 * @param[in] loop the loop the transfers run on; borrowed
 * @param[out] out_curl receives the object; NULL on error
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID `loop` or `out_curl` is NULL
 * @retval ASY_E_CLOSED the loop is closed
 * @retval ASY_E_WRONG_THREAD another thread owns the loop
 * @retval ASY_E_NOMEM memory ran out, or libcurl could not start
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_curl_new(asy_loop *loop, asy_curl **out_curl) ASY_NOEXCEPT;

/**
 * Get what a URL refers to, over HTTP or HTTPS.
 *
 * Follows up to ten redirections. Any status the server answers with is a
 * success. Cancelling the future stops the transfer. Every transfer keeps the
 * object alive.
 *
 * @param[in] curl the object; borrowed
 * @param[in] url the address; copied
 * @return a future of a list: the HTTP status (int) and the body (bytes). It fails with curl's words and
 *   #ASY_E_NOT_FOUND for an unknown host, #ASY_E_OS and the system's number when the connection could not be
 *   made or broke, #ASY_E_NOMEM, else #ASY_E_FOREIGN; with #ASY_E_INVALID when an argument is NULL, #ASY_E_CLOSED when
 * the object is closed
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_curl_fetch(asy_curl *curl, const char *url) ASY_NOEXCEPT;

/**
 * Cancel the running transfers and close every connection.
 *
 * It happens on the loop's next turn; nothing can be fetched from now on.
 * Closing twice is no error.
 *
 * @param[in] curl the object; borrowed
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID `curl` is NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_curl_close(asy_curl *curl) ASY_NOEXCEPT;

/**
 * Take one more reference.
 *
 * @param[in] curl the object; borrowed; or NULL
 * @return `curl`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_curl *asy_curl_ref(asy_curl *curl) ASY_NOEXCEPT;

/**
 * Give a reference back.
 *
 * Running transfers go on; after the last of them an object that nobody refers
 * to closes itself.
 *
 * @param[in] curl the object; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_curl_unref(asy_curl *curl) ASY_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
