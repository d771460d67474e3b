/* curl_loop_internal.h: libcurl's transfers on the loop; internal to http_client.c and mail.c. */
#ifndef DUBAN_RUNTIME_CURL_LOOP_INTERNAL_H
#define DUBAN_RUNTIME_CURL_LOOP_INTERNAL_H

#include "runtime/loop.h"
#include <curl/curl.h>

struct curl_loop;

/* The transfer has ended and is already taken out; `owner` is what was given to curl_loop_add. */
typedef void (*curl_done)(void *owner, CURL *transfer, CURLcode result);

struct curl_loop *curl_loop_new(struct loop *loop, curl_done on_done);
void curl_loop_free(struct curl_loop *curl); /* after its transfers; accepts NULL */

void curl_loop_add(struct curl_loop *curl, CURL *transfer, void *owner);
void curl_loop_remove(struct curl_loop *curl, CURL *transfer);

/* Initialises the library, once per process. */
void curl_loop_init(void);

#endif
