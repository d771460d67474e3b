/* libcurl says which sockets to watch and when to be called; libevent does it. libcurl must not be called from inside
 * its own callbacks, so a timeout of 0 is a timer of 0. */
#include "runtime/curl_loop_internal.h"

#include "base/arena.h"
#include "runtime/loop_internal.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct curl_loop {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer;
    curl_done on_done;
};

static void init_library(void)
{
    CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
    assert(result == CURLE_OK);
}

void curl_loop_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_library);
}

static void tell_done(struct curl_loop *curl)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(curl->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *transfer = message->easy_handle;
        CURLcode result = message->data.result;
        void *owner = NULL;
        curl_easy_getinfo(transfer, CURLINFO_PRIVATE, &owner);
        curl_multi_remove_handle(curl->multi, transfer); /* the message is gone after this */
        curl->on_done(owner, transfer, result);
    }
}

static void act(struct curl_loop *curl, curl_socket_t socket, int what)
{
    int running;
    curl_multi_socket_action(curl->multi, socket, what, &running);
    tell_done(curl);
}

static void on_timer(void *context)
{
    act(context, CURL_SOCKET_TIMEOUT, 0);
}

static void on_socket_ready(evutil_socket_t socket, short what, void *context)
{
    act(context, socket,
        ((what & EV_READ) ? CURL_CSELECT_IN : 0) | ((what & EV_WRITE) ? CURL_CSELECT_OUT : 0));
}

static int on_timeout_wanted(CURLM *multi, long timeout_ms, void *context)
{
    struct curl_loop *curl = context;
    (void)multi;
    if (timeout_ms < 0)
        loop_timer_stop(curl->timer);
    else
        loop_timer_start(curl->timer, timeout_ms);
    return 0;
}

static int on_socket_wanted(CURL *transfer, curl_socket_t socket, int what, void *context,
                            void *event_of_socket)
{
    struct curl_loop *curl = context;
    struct event *event = event_of_socket;
    (void)transfer;
    if (event != NULL)
        event_free(event);
    if (what == CURL_POLL_REMOVE) {
        curl_multi_assign(curl->multi, socket, NULL);
        return 0;
    }
    short watched = EV_PERSIST;
    if (what & CURL_POLL_IN)
        watched |= EV_READ;
    if (what & CURL_POLL_OUT)
        watched |= EV_WRITE;
    event = event_new(loop_base(curl->loop), socket, watched, on_socket_ready, curl);
    assert(event != NULL);
    event_add(event, NULL);
    curl_multi_assign(curl->multi, socket, event);
    return 0;
}

struct curl_loop *curl_loop_new(struct loop *loop, curl_done on_done)
{
    struct curl_loop *curl = must_alloc(sizeof *curl);
    curl_loop_init();
    curl->loop = loop;
    curl->on_done = on_done;
    curl->timer = loop_timer_new(loop, on_timer, curl);
    curl->multi = curl_multi_init();
    assert(curl->multi != NULL);
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wanted);
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wanted);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
    return curl;
}

void curl_loop_free(struct curl_loop *curl)
{
    if (curl == NULL)
        return;
    curl_multi_cleanup(curl->multi); /* closes kept connections, which calls on_socket_wanted */
    loop_timer_free(curl->timer);
    free(curl);
}

void curl_loop_add(struct curl_loop *curl, CURL *transfer, void *owner)
{
    curl_easy_setopt(transfer, CURLOPT_PRIVATE, owner);
    CURLMcode code = curl_multi_add_handle(curl->multi, transfer);
    assert(code == CURLM_OK);
}

void curl_loop_remove(struct curl_loop *curl, CURL *transfer)
{
    curl_multi_remove_handle(curl->multi, transfer);
}
