/* Mail against a relay of a few lines that follows a script: one answer per step, or a connection that breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "runtime/mail.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STEPS = 6 }; /* greeting, EHLO, MAIL, RCPT, DATA, end of the text */

/* NULL breaks the connection instead of answering. */
struct script {
    const char *answers[STEPS];
    enum mail_outcome outcome;
    int code;
    const char *reply;
};

struct relay {
    int listener;
    uint16_t port;
    const struct script *script;
    pthread_t thread;
    char seen[16384]; /* commands and text */
    size_t seen_bytes;
};

/* One line (or the whole text after DATA) into `seen`. */
static bool hear(struct relay *relay, int client, bool text)
{
    size_t begin = relay->seen_bytes;
    const char *end = text ? "\r\n.\r\n" : "\r\n";
    while (relay->seen_bytes < sizeof relay->seen - 1) {
        if (read(client, relay->seen + relay->seen_bytes, 1) != 1)
            return false;
        relay->seen[++relay->seen_bytes] = '\0';
        size_t length = relay->seen_bytes - begin, tail = strlen(end);
        if (length >= tail && memcmp(relay->seen + relay->seen_bytes - tail, end, tail) == 0)
            return true;
    }
    return false;
}

static void *run_relay(void *context)
{
    struct relay *relay = context;
    int client = accept(relay->listener, NULL, NULL);
    for (int step = 0; step < STEPS; step++) {
        if (step > 0 && !hear(relay, client, step == STEPS - 1))
            break;
        const char *answer = relay->script->answers[step];
        if (answer == NULL)
            break;
        if (write(client, answer, strlen(answer)) < 0)
            break;
    }
    static const char bye[] = "221 2.0.0 Bye\r\n";
    if (relay->script->answers[STEPS - 1] != NULL && hear(relay, client, false) &&
        write(client, bye, sizeof bye - 1) < 0)
        perror("221"); /* QUIT has an answer of its own, which says nothing about the mail */
    close(client);
    return NULL;
}

static void start_relay(struct relay *relay, const struct script *script)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t bytes = sizeof address;
    *relay = (struct relay){.script = script, .listener = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(relay->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(relay->listener, 1), 0);
    getsockname(relay->listener, (struct sockaddr *)&address, &bytes);
    relay->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&relay->thread, NULL, run_relay, relay), 0);
}

static struct mail sample(void)
{
    return (struct mail){
        .from_name = "督办系统",
        .from = "duban@district.example",
        .to_name = "区财政局值班",
        .to = "duty@finance.example",
        .subject = "督办〔2023〕17号已逾期，请于今日内说明原因并报送办理计划",
        .message_id = "n-abc.1@duban.example",
        .reply_to_id = "",
        .date = {1680188400000},
        .text = "您好：\n任务已逾期。\n",
    };
}

static void on_done(void *context, const struct mail_result *result)
{
    *(struct mail_result *)context = *result;
}

static struct mail_result deliver(struct relay *relay, const struct script *script)
{
    struct loop *loop = loop_new();
    char url[64];
    start_relay(relay, script);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%u", (unsigned)relay->port);
    struct mailer *mailer = mailer_new(
        loop, &(struct mail_relay){.url = url, .user = "", .password = "", .hello = "duban.example"});
    struct mail mail = sample();
    struct mail_result result = {.code = -1};
    assert_int_equal(mailer_send(mailer, &mail, on_done, &result), STATUS_OK);
    while (result.code == -1)
        loop_turn(loop);
    assert_int_equal(mailer_in_flight(mailer), 0);
    mailer_free(mailer);
    loop_free(loop);
    pthread_join(relay->thread, NULL);
    close(relay->listener);
    return result;
}

#define GREETING "220 relay.example\r\n", "250 relay.example\r\n"

/* clang-format off */
static const struct script scripts[] = {
    {{GREETING, "250 ok\r\n", "250 ok\r\n", "354 go on\r\n", "250 2.0.0 queued as 4711\r\n"}, MAIL_ACCEPTED, 250,
        "250 2.0.0 queued as 4711"},
    {{GREETING, "250 ok\r\n", "550 5.1.1 no such user\r\n", NULL, NULL}, MAIL_REFUSED, 550, "550 5.1.1 no such user"},
    {{GREETING, "250 ok\r\n", "451 4.7.1 greylisted\r\n", NULL, NULL}, MAIL_TEMPORARY, 451, "451 4.7.1 greylisted"},
    {{GREETING, "250 ok\r\n", "250 ok\r\n", "354 go on\r\n", "552 5.3.4 too large\r\n"}, MAIL_REFUSED, 552,
        "552 5.3.4 too large"},
    {{GREETING, "250 ok\r\n", "250 ok\r\n", "354 go on\r\n", "452 4.3.1 disk full\r\n"}, MAIL_TEMPORARY, 452,
        "452 4.3.1 disk full"},
    {{GREETING, "250 ok\r\n", NULL, NULL, NULL}, MAIL_TEMPORARY, 250, NULL},
    {{GREETING, "250 ok\r\n", "250 ok\r\n", "354 go on\r\n", NULL}, MAIL_UNKNOWN, 354, NULL},
    {{"554 go away\r\n", NULL, NULL, NULL, NULL, NULL}, MAIL_REFUSED, 554, "554 go away"},
};
/* clang-format on */

static void the_relays_last_word_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct relay relay;
        struct mail_result result = deliver(&relay, &scripts[i]);
        if (result.outcome != scripts[i].outcome || result.code != scripts[i].code)
            fail_msg("script %zu: outcome %d code %d reply %s", i, (int)result.outcome, result.code,
                     result.reply);
        if (scripts[i].reply != NULL)
            assert_string_equal(result.reply, scripts[i].reply);
        else
            assert_string_not_equal(result.reply, "");
    }
}

static void the_relay_gets_one_recipient_and_the_whole_text(void **state)
{
    struct relay relay;
    (void)state;
    deliver(&relay, &scripts[0]);
    assert_non_null(strstr(relay.seen, "EHLO duban.example\r\n"));
    assert_non_null(strstr(relay.seen, "MAIL FROM:<duban@district.example>"));
    assert_non_null(strstr(relay.seen, "RCPT TO:<duty@finance.example>\r\n"));
    assert_non_null(strstr(relay.seen, "Message-ID: <n-abc.1@duban.example>\r\n"));
    assert_non_null(strstr(relay.seen, "5oKo5aW977yaCuS7u+WKoeW3sumAvuacn+OAggo=\r\n.\r\n"));
}

static void nobody_listening_is_temporary(void **state)
{
    struct loop *loop = loop_new();
    struct mail_result result = {.code = -1};
    struct mail mail = sample();
    (void)state;
    /* Port 1 of loopback: nothing listens there. */
    struct mailer *mailer = mailer_new(
        loop, &(struct mail_relay){.url = "smtp://127.0.0.1:1", .user = "", .password = "", .hello = ""});
    assert_int_equal(mailer_send(mailer, &mail, on_done, &result), STATUS_OK);
    while (result.code == -1)
        loop_turn(loop);
    assert_int_equal(result.outcome, MAIL_TEMPORARY);
    mailer_free(mailer);
    loop_free(loop);
}

static void a_mail_is_plain_ascii_with_short_lines(void **state)
{
    struct buffer text;
    struct mail mail = sample();
    (void)state;
    buffer_init(&text, 1 << 20);
    assert_int_equal(mail_render(&mail, &text), STATUS_OK);
    size_t line = 0;
    for (size_t i = 0; i < text.length; i++) {
        assert_true((unsigned char)text.data[i] < 0x80);
        line = text.data[i] == '\n' ? 0 : line + 1;
        assert_true(line <= 79);
    }
    assert_non_null(strstr(text.data, "Date: Thu, 30 Mar 2023 23:00:00 +0800\r\n"));
    /* Each encoded word holds whole characters. */
    assert_non_null(strstr(
        text.data,
        "Subject: =?UTF-8?B?552j5Yqe44CUMjAyM+OAlTE35Y+35bey6YC+5pyf77yM6K+35LqO5LuK?=\r\n =?UTF-8?B?"));
    buffer_release(&text);
}

static void what_could_break_the_header_is_refused(void **state)
{
    struct mail good = sample();
    struct mail bad[] = {good, good, good, good, good, good};
    (void)state;
    bad[0].subject = "a\r\nBcc: x@y.example";
    bad[1].to = "a@b.example>\r\nRCPT TO:<c@d.example";
    bad[2].to_name = "a\nb";
    bad[3].message_id = "no at sign";
    bad[4].from = "";
    bad[5].reply_to_id = "a b@c";
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buffer text;
        buffer_init(&text, 1 << 20);
        assert_int_equal(mail_render(&bad[i], &text), STATUS_REJECT);
        buffer_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_relays_last_word_decides),
        cmocka_unit_test(the_relay_gets_one_recipient_and_the_whole_text),
        cmocka_unit_test(nobody_listening_is_temporary),
        cmocka_unit_test(a_mail_is_plain_ascii_with_short_lines),
        cmocka_unit_test(what_could_break_the_header_is_refused),
    };
    return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
