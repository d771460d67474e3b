/* snapshot.c: writing and reading snapshot files. What they mean is in snapshot.h; when they are written is the program's
 * business. */
#include "runtime/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

enum { FORMAT = 1, GENERATIONS = 2, PATH_BYTES = 4096, WRITE_BUFFER_BYTES = 1 << 20 };
static const char magic[16] = "duban-snapshot";
#define SUFFIX ".snapshot"

struct snapshot_writer {
    FILE *file;
    struct digest_stream *digest;
    uint64_t entries;
    struct snapshot_of of;
    int64_t next;
    char directory[PATH_BYTES];
    char writing[PATH_BYTES + 64];
};

static bool complain(const char *what, const char *path)
{
    log_error("snapshot cannot be %s file=%s reason=\"%s\"", what, path, strerror(errno));
    return false;
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

static bool put(struct snapshot_writer *writer, const void *data, size_t bytes)
{
    digest_stream_add(writer->digest, data, bytes);
    return bytes == 0 || fwrite(data, 1, bytes, writer->file) == bytes;
}

static bool put_number(struct snapshot_writer *writer, uint64_t number, int bytes)
{
    uint8_t text[8];
    for (int i = 0; i < bytes; i++)
        text[i] = (uint8_t)(number >> (8 * i));
    return put(writer, text, (size_t)bytes);
}

static bool put_text(struct snapshot_writer *writer, const char *text)
{
    size_t bytes = strlen(text);
    return put_number(writer, bytes, 4) && put(writer, text, bytes);
}

static bool put_head(struct snapshot_writer *writer)
{
    return put(writer, magic, sizeof(magic)) && put_number(writer, FORMAT, 4) &&
           put_number(writer, (uint64_t)writer->of.partition, 4) &&
           put_number(writer, (uint64_t)writer->next, 8) && put_text(writer, writer->of.deployment) &&
           put_text(writer, writer->of.topic);
}

struct snapshot_writer *snapshot_begin(const char *directory, const struct snapshot_of *of, int64_t next)
{
    struct snapshot_writer *writer = must_alloc(sizeof(*writer));
    writer->of = *of;
    writer->next = next;
    writer->digest = digest_stream_new();
    snprintf(writer->directory, sizeof(writer->directory), "%s", directory);
    snprintf(writer->writing, sizeof(writer->writing), "%s/partition-%d.%s.writing", writer->directory,
             of->partition, of->writer);
    if ((mkdir(directory, 0700) == 0 || errno == EEXIST) &&
        (writer->file = fopen(writer->writing, "we")) != NULL &&
        setvbuf(writer->file, NULL, _IOFBF, WRITE_BUFFER_BYTES) == 0 && put_head(writer))
        return writer;
    (void)complain("begun", writer->writing);
    snapshot_discard(writer);
    return NULL;
}

bool snapshot_add(struct snapshot_writer *writer, const char *key, const void *data, size_t bytes)
{
    size_t key_bytes = strlen(key);
    writer->entries++;
    return (put_number(writer, key_bytes, 4) && put_number(writer, bytes, 4) && put(writer, key, key_bytes) &&
            put(writer, data, bytes)) ||
           complain("written", writer->writing);
}

static void release(struct snapshot_writer *writer)
{
    if (writer->file != NULL)
        fclose(writer->file);
    if (writer->digest != NULL)
        (void)digest_stream_end(writer->digest);
    free(writer);
}

void snapshot_discard(struct snapshot_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->file != NULL)
        (void)unlink(writer->writing);
    release(writer);
}

static bool put_end(struct snapshot_writer *writer)
{
    if (!put_number(writer, 0, 4) || !put_number(writer, writer->entries, 8))
        return false;
    struct digest digest = digest_stream_end(writer->digest);
    writer->digest = NULL;
    return fwrite(digest.bytes, 1, sizeof(digest.bytes), writer->file) == sizeof(digest.bytes) &&
           fflush(writer->file) == 0 && fdatasync(fileno(writer->file)) == 0;
}

/* The name is durable when the directory is. */
static bool sync_directory(const char *directory)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return done;
}

/* --- the files of a partition ------------------------------------------------------------------------------------ */

struct found {
    int64_t *offsets; /* newest first */
    size_t count;
};

static int newest_first(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one < other) - (one > other);
}

static int is_snapshot(const struct dirent *entry)
{
    size_t bytes = strlen(entry->d_name), suffix = strlen(SUFFIX);
    return bytes > suffix && text_equal(entry->d_name + bytes - suffix, SUFFIX);
}

/* "partition-3-00000000000000000042.snapshot": the offset, when it is of this partition. */
static bool offset_of(const char *name, int32_t partition, int64_t *ret_offset)
{
    char prefix[64], digits[32];
    size_t begins = (size_t)snprintf(prefix, sizeof(prefix), "partition-%d-", partition);
    if (strncmp(name, prefix, begins) != 0)
        return false;
    size_t ends = begins + strspn(name + begins, "0123456789");
    while (name[begins] == '0' && begins + 1 < ends)
        begins++;
    snprintf(digits, sizeof(digits), "%.*s", (int)(ends - begins), name + begins);
    return text_equal(name + ends, SUFFIX) && text_to_int64(digits, 0, INT64_MAX, ret_offset);
}

static struct found find(const char *directory, int32_t partition)
{
    struct found found = {0};
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_snapshot, alphasort);
    for (int i = 0; i < count; i++) {
        int64_t offset = 0;
        if (offset_of(entries[i]->d_name, partition, &offset)) {
            found.offsets = must_realloc(found.offsets, (found.count + 1) * sizeof(*found.offsets));
            found.offsets[found.count++] = offset;
        }
        free(entries[i]);
    }
    free(entries);
    if (found.count > 0)
        qsort(found.offsets, found.count, sizeof(*found.offsets), newest_first);
    return found;
}

static void path_of(char path[PATH_BYTES + 64], const char *directory, int32_t partition, int64_t offset)
{
    snprintf(path, PATH_BYTES + 64, "%.*s/partition-%d-%020" PRId64 SUFFIX, PATH_BYTES - 1, directory,
             partition, offset);
}

static void remove_old(const char *directory, int32_t partition)
{
    struct found found = find(directory, partition);
    for (size_t i = GENERATIONS; i < found.count; i++) {
        char path[PATH_BYTES + 64];
        path_of(path, directory, partition, found.offsets[i]);
        if (unlink(path) != 0)
            (void)complain("removed", path);
    }
    free(found.offsets);
}

bool snapshot_publish(struct snapshot_writer *writer)
{
    char path[PATH_BYTES + 64];
    path_of(path, writer->directory, writer->of.partition, writer->next);
    if (!put_end(writer) || rename(writer->writing, path) != 0 || !sync_directory(writer->directory)) {
        (void)complain("published", path);
        snapshot_discard(writer);
        return false;
    }
    remove_old(writer->directory, writer->of.partition);
    release(writer);
    return true;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* What is left to read of a file in memory. */
struct cursor {
    const uint8_t *at;
    size_t left;
};

static const uint8_t *take(struct cursor *cursor, uint64_t bytes)
{
    const uint8_t *taken = cursor->at;
    if (bytes > cursor->left)
        return NULL;
    cursor->at += bytes;
    cursor->left -= bytes;
    return taken;
}

static bool take_number(struct cursor *cursor, int bytes, uint64_t *ret_number)
{
    const uint8_t *text = take(cursor, (uint64_t)bytes);
    if (text == NULL)
        return false;
    *ret_number = 0;
    for (int i = 0; i < bytes; i++)
        *ret_number |= (uint64_t)text[i] << (8 * i);
    return true;
}

static bool take_text(struct cursor *cursor, const char *expected)
{
    uint64_t bytes;
    const uint8_t *text = take_number(cursor, 4, &bytes) ? take(cursor, bytes) : NULL;
    return text != NULL && bytes == strlen(expected) && memcmp(text, expected, bytes) == 0;
}

/* NULL: the head is that of a snapshot which may be used here; the cursor stands at its entries. */
static const char *fault_of_head(struct cursor *cursor, const struct snapshot_of *of, int64_t start,
                                 int64_t end, int64_t *ret_next)
{
    uint64_t format, partition, next;
    const uint8_t *begins = take(cursor, sizeof(magic));
    if (begins == NULL || memcmp(begins, magic, sizeof(magic)) != 0)
        return "it is no snapshot";
    if (!take_number(cursor, 4, &format) || format != FORMAT)
        return "it is of another format";
    if (!take_number(cursor, 4, &partition) || !take_number(cursor, 8, &next) ||
        partition != (uint64_t)of->partition)
        return "it is of another partition";
    if (!take_text(cursor, of->deployment))
        return "it is of another deployment";
    if (!take_text(cursor, of->topic))
        return "it is of another topic";
    if (next > (uint64_t)end)
        return "it is ahead of the log";
    if (next < (uint64_t)start)
        return "the log begins after it";
    *ret_next = (int64_t)next;
    return NULL;
}

/* The digest has proved that the content is what we wrote; still, nothing is read beyond its end. */
static const char *read_entries(struct cursor *cursor, snapshot_entry entry, void *context)
{
    char key[LIMIT_LINE];
    uint64_t key_bytes, bytes, entries = 0, expected;
    for (; take_number(cursor, 4, &key_bytes) && key_bytes > 0; entries++) {
        const uint8_t *text, *data;
        if (key_bytes >= sizeof(key) || !take_number(cursor, 4, &bytes) ||
            (text = take(cursor, key_bytes)) == NULL || (data = take(cursor, bytes)) == NULL)
            return "an entry is cut off";
        memcpy(key, text, key_bytes);
        key[key_bytes] = '\0';
        if (entry != NULL)
            entry(context, key, data, bytes);
    }
    return take_number(cursor, 8, &expected) && expected == entries && cursor->left == 0
               ? NULL
               : "entries are missing";
}

static const char *fault_of(const uint8_t *content, size_t bytes, const struct snapshot_of *of, int64_t start,
                            int64_t end, int64_t *ret_next, struct cursor *ret_entries)
{
    struct cursor cursor = {content, bytes};
    const char *fault = fault_of_head(&cursor, of, start, end, ret_next);
    if (fault != NULL)
        return fault;
    if (cursor.left < DIGEST_BYTES)
        return "it is cut off";
    cursor.left -= DIGEST_BYTES;
    struct digest digest = digest_of(content, bytes - DIGEST_BYTES), written;
    memcpy(written.bytes, content + bytes - DIGEST_BYTES, DIGEST_BYTES);
    if (!digest_equal(&digest, &written))
        return "it is damaged";
    *ret_entries = cursor;
    return read_entries(&cursor, NULL, NULL);
}

static bool load(const char *path, const struct snapshot_of *of, int64_t start, int64_t end,
                 snapshot_entry entry, void *context, int64_t *ret_next)
{
    struct stat about;
    struct cursor entries;
    int64_t next = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *content = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &about) == 0 && about.st_size > 0)
        content = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (content == MAP_FAILED) {
        log_warn("snapshot refused file=%s reason=\"it cannot be read\"", path);
        return false;
    }
    const char *fault = fault_of(content, (size_t)about.st_size, of, start, end, &next, &entries);
    if (fault == NULL) {
        (void)read_entries(&entries, entry, context);
        *ret_next = next;
    } else {
        log_warn("snapshot refused file=%s reason=\"%s\"", path, fault);
    }
    munmap(content, (size_t)about.st_size);
    return fault == NULL;
}

bool snapshot_load(const char *directory, const struct snapshot_of *of, int64_t start, int64_t end,
                   snapshot_entry entry, void *context, int64_t *ret_next, uint32_t *ret_refused)
{
    struct found found = find(directory, of->partition);
    bool loaded = false;
    *ret_refused = 0;
    for (size_t i = 0; i < found.count && !loaded; i++) {
        char path[PATH_BYTES + 64];
        path_of(path, directory, of->partition, found.offsets[i]);
        loaded = load(path, of, start, end, entry, context, ret_next);
        *ret_refused += !loaded;
    }
    free(found.offsets);
    return loaded;
}
