/* A mail as text: RFC 5322 with an UTF-8 body in base64 (RFC 2045) and encoded words in the header (RFC 2047). Base64
 * throughout, so that no line of a Chinese text is ever too long or starts with a dot. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "runtime/mail.h"
#include <stdio.h>
#include <string.h>

enum {
    LINE_BYTES = 57, /* 76 characters of base64 */
    WORD_BYTES = 42, /* "=?UTF-8?B?" + 56 + "?=" stays below the 75 characters of an encoded word */
    MAIL_BYTES = 1024 * 1024,
};

static void add_base64(struct buffer *text, const unsigned char *data, size_t bytes)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes; i += 3) {
        size_t left = bytes - i;
        unsigned long group = (unsigned long)data[i] << 16 |
                              (left > 1 ? (unsigned long)data[i + 1] << 8 : 0) | (left > 2 ? data[i + 2] : 0);
        char out[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63],
                       left > 1 ? alphabet[group >> 6 & 63] : '=', left > 2 ? alphabet[group & 63] : '='};
        buffer_append(text, out, sizeof out);
    }
}

static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80 || (*text == '=' && text[1] == '?'))
            return false;
    return true;
}

/* The longest piece that ends between two characters. */
static size_t piece(const char *text, size_t bytes, size_t limit)
{
    if (bytes <= limit)
        return bytes;
    size_t end = limit;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return end > 0 ? end : limit;
}

/* Unstructured text, folded into encoded words where it is not ASCII. */
static void add_words(struct buffer *out, const char *text)
{
    size_t left = strlen(text);
    if (is_plain(text) && left <= 60) {
        buffer_append_text(out, text);
        return;
    }
    while (left > 0) {
        size_t bytes = piece(text, left, WORD_BYTES);
        buffer_append_text(out, "=?UTF-8?B?");
        add_base64(out, (const unsigned char *)text, bytes);
        buffer_append_text(out, "?=");
        text += bytes;
        left -= bytes;
        if (left > 0)
            buffer_append_text(out, "\r\n ");
    }
}

static void add_address(struct buffer *out, const char *header, const char *name, const char *address)
{
    buffer_format(out, "%s: ", header);
    if (text_empty(name)) {
        buffer_format(out, "<%s>\r\n", address);
        return;
    }
    bool quotable = is_plain(name) && strlen(name) <= 60 && strpbrk(name, "\"\\") == NULL;
    if (quotable)
        buffer_format(out, "\"%s\"", name);
    else
        add_words(out, name);
    buffer_format(out, "\r\n <%s>\r\n", address);
}

/* English, whatever the locale; the zone is ours. */
static void add_date(struct buffer *out, struct instant date)
{
    static const char *const days[] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"",    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_of(date);
    buffer_format(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0800\r\n", days[date_weekday(date_of(date))],
                  c.day, months[c.month], c.year, c.hour, c.minute, c.second);
}

static bool is_safe(const char *text, size_t limit)
{
    return text_check(text, strlen(text), limit, false) == TEXT_FINE;
}

/* Enough to keep anything out that could end the header or the SMTP command; the relay judges the rest. */
static bool is_address(const char *text)
{
    const char *at = strchr(text, '@');
    if (at == NULL || at == text || at[1] == '\0' || strlen(text) > 254)
        return false;
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text >= 0x7F || strchr("<>()[],;:\\\"", *text) != NULL)
            return false;
    return true;
}

static bool is_message_id(const char *text)
{
    return is_address(text) && strlen(text) <= 200;
}

enum status mail_render(const struct mail *mail, struct buffer *ret_text)
{
    struct buffer *out = ret_text;
    if (!is_address(mail->from) || !is_address(mail->to) || !is_message_id(mail->message_id) ||
        (!text_empty(mail->reply_to_id) && !is_message_id(mail->reply_to_id)) ||
        !is_safe(mail->from_name, LIMIT_LINE) || !is_safe(mail->to_name, LIMIT_LINE) ||
        !is_safe(mail->subject, LIMIT_PROSE))
        return STATUS_REJECT;

    add_date(out, mail->date);
    add_address(out, "From", mail->from_name, mail->from);
    add_address(out, "To", mail->to_name, mail->to);
    buffer_append_text(out, "Subject: ");
    add_words(out, mail->subject);
    buffer_format(out, "\r\nMessage-ID: <%s>\r\n", mail->message_id);
    if (!text_empty(mail->reply_to_id))
        buffer_format(out, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", mail->reply_to_id, mail->reply_to_id);
    buffer_append_text(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                            "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
    size_t bytes = strlen(mail->text);
    for (size_t i = 0; i < bytes; i += LINE_BYTES) {
        size_t left = bytes - i;
        add_base64(out, (const unsigned char *)mail->text + i, left < LINE_BYTES ? left : LINE_BYTES);
        buffer_append_text(out, "\r\n");
    }
    return out->overflowed ? STATUS_REJECT : STATUS_OK;
}
