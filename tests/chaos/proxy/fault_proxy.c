/* fault_proxy.c: stands between Kafka's clients and the brokers and does to their connections what networks do. The
 * brokers advertise its ports, so that no client goes past it.
 *
 *   fault_proxy LISTEN:TARGET [LISTEN:TARGET …]      ports on 127.0.0.1, one lane each
 *
 * Faults come on stdin, one a line, and are answered by "ok"; LANE is 0 … or *:
 *
 *   LANE cut                     resets every connection
 *   LANE refuse MS               resets every connection, and new ones, for so long
 *   LANE delay EXTRA MS          everything arrives so much later, for so long
 *   LANE stall MS                nothing arrives for so long, then all of it (what was sent long ago comes alive)
 *   LANE swallow MS              half-open: connections stand and nothing arrives, then they are reset
 *   LANE lose API COUNT MS       the broker gets the request, the reply is lost with its connection
 *   LANE hold API EXTRA MS       replies to that request come so much later, for so long
 *   LANE late API EXTRA COUNT    the client loses its connection at once, the broker gets the request so much later
 *   stat                         prints what has really been done so far
 *
 * Of the protocol it knows no more than size, API key and correlation id. Ends with its stdin. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault_proxy.h"

static const char *const deed_words[] = {"cut",       "refused", "delayed", "stalled",
                                         "swallowed", "lost",    "held",    "late"};

static void on_swallow_end(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    fault_cut(context, true);
}

/* False: no such fault. */
static bool inflict(struct lane *lane, const char *fault, const int64_t argument[3])
{
    const int64_t now = fault_now_ms();
    if (strcmp(fault, "cut") == 0) {
        fault_cut(lane, false);
    } else if (strcmp(fault, "refuse") == 0) {
        lane->refuse_until = now + argument[0];
        fault_cut(lane, false);
    } else if (strcmp(fault, "delay") == 0) {
        lane->delay_ms = argument[0];
        lane->delay_until = now + argument[1];
    } else if (strcmp(fault, "stall") == 0) {
        lane->stall_until = now + argument[0];
    } else if (strcmp(fault, "swallow") == 0) {
        lane->swallow_until = now + argument[0];
        fault_after(lane->swallow_end, argument[0]);
    } else if (strcmp(fault, "lose") == 0) {
        lane->lose_api = (int)argument[0];
        lane->lose_left = (int)argument[1];
        lane->lose_until = now + argument[2];
    } else if (strcmp(fault, "hold") == 0) {
        lane->hold_api = (int)argument[0];
        lane->hold_ms = argument[1];
        lane->hold_until = now + argument[2];
    } else if (strcmp(fault, "late") == 0) {
        lane->late_api = (int)argument[0];
        lane->late_ms = argument[1];
        lane->late_left = (int)argument[2];
    } else {
        return false;
    }
    return true;
}

static void print_stat(const struct proxy *proxy)
{
    printf("ok");
    for (int i = 0; i < DEEDS; i++)
        printf(" %s=%llu", deed_words[i], (unsigned long long)proxy->done[i]);
    printf("\n");
}

static void obey(struct proxy *proxy, const char *line)
{
    char which[8], fault[16] = "";
    int64_t argument[3] = {0};
    long long read[3] = {0};
    bool known = false;
    if (strcmp(line, "stat") == 0) {
        print_stat(proxy);
        return;
    }
    if (sscanf(line, "%7s %15s %lld %lld %lld", which, fault, &read[0], &read[1], &read[2]) >= 2)
        for (int i = 0; i < proxy->lane_count; i++) {
            for (int j = 0; j < 3; j++)
                argument[j] = read[j];
            if (which[0] == '*' || which[0] == (char)('0' + i))
                known = inflict(&proxy->lanes[i], fault, argument);
        }
    puts(known ? "ok" : "unknown");
}

static void on_command(evutil_socket_t fd, short what, void *context)
{
    struct proxy *proxy = context;
    (void)what;
    ssize_t bytes =
        read((int)fd, proxy->line + proxy->line_bytes, sizeof proxy->line - 1 - proxy->line_bytes);
    if (bytes <= 0) {
        event_base_loopbreak(proxy->base);
        return;
    }
    proxy->line_bytes += (size_t)bytes;
    proxy->line[proxy->line_bytes] = '\0';
    char *end;
    while ((end = strchr(proxy->line, '\n')) != NULL) {
        *end = '\0';
        obey(proxy, proxy->line);
        proxy->line_bytes -= (size_t)(end + 1 - proxy->line);
        memmove(proxy->line, end + 1, proxy->line_bytes + 1);
    }
    fflush(stdout);
}

static bool open_lane(struct proxy *proxy, const char *text)
{
    struct lane *lane = &proxy->lanes[proxy->lane_count];
    unsigned listen_port, target;
    if (proxy->lane_count == LANES_MOST || sscanf(text, "%u:%u", &listen_port, &target) != 2)
        return false;
    *lane = (struct lane){
        .proxy = proxy, .target = (uint16_t)target, .lose_api = -1, .hold_api = -1, .late_api = -1};
    LIST_INIT(&lane->links);
    lane->swallow_end = evtimer_new(proxy->base, on_swallow_end, lane);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)listen_port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    lane->listener =
        evconnlistener_new_bind(proxy->base, fault_accept, lane, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE,
                                128, (struct sockaddr *)&address, sizeof address);
    proxy->lane_count++;
    return lane->listener != NULL;
}

int main(int argc, char **argv)
{
    struct proxy proxy = {.base = event_base_new()};
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++)
        if (!open_lane(&proxy, argv[i])) {
            fprintf(stderr, "fault_proxy: cannot listen: %s\n", argv[i]);
            return 1;
        }
    struct event *command = event_new(proxy.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_command, &proxy);
    event_add(command, NULL);
    puts("ok");
    fflush(stdout);
    event_base_dispatch(proxy.base);
    for (int i = 0; i < proxy.lane_count; i++) {
        fault_close_all(&proxy.lanes[i]);
        evconnlistener_free(proxy.lanes[i].listener);
        event_free(proxy.lanes[i].swallow_end);
    }
    event_free(command);
    event_base_free(proxy.base);
    return 0;
}
