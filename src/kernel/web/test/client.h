/* client.h: a small HTTP client on a raw socket, for tests of the server. */
#ifndef QF_WEB_TEST_CLIENT_H
#define QF_WEB_TEST_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

struct reply {
    int status;
    const char *head, *body; /* arena */
    size_t body_n;
};

static inline int client_open(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline bool client_send(int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t done = send(fd, s, n, MSG_NOSIGNAL);
        if (done <= 0)
            return false;
        s += done;
        n -= (size_t)done;
    }
    return true;
}

static inline const char *reply_header(struct arena *a, const struct reply *r, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = r->head; line != NULL && *line != '\0';) {
        const char *end = strstr(line, "\r\n");
        if (strncasecmp(line, name, n) == 0 && line[n] == ':')
            return arena_strndup(a, line + n + 2, (size_t)((end != NULL ? end : line + strlen(line)) - line) - n - 2);
        line = end != NULL ? end + 2 : NULL;
    }
    return NULL;
}

/* Reads one answer; status 0 when the connection ended before a whole one came. */
static inline struct reply client_read(struct arena *a, int fd, bool head_only)
{
    struct buf b = BUF(a);
    struct reply r = {0};
    char piece[8192];
    size_t want = 0;
    for (;;) {
        char *split = r.head == NULL && b.n > 0 ? strstr(b.p, "\r\n\r\n") : NULL;
        if (split != NULL) {
            size_t head_n = (size_t)(split - b.p) + 2;
            r.head = arena_strndup(a, b.p, head_n);
            const char *length = reply_header(a, &r, "Content-Length");
            want = head_n + 2 + (length != NULL && !head_only ? strtoul(length, NULL, 10) : 0);
        }
        if (r.head != NULL && b.n >= want) {
            size_t head_n = strlen(r.head);
            r.status = (int)strtol(r.head + 9, NULL, 10);
            r.body = arena_strndup(a, b.p + head_n + 2, b.n - head_n - 2);
            r.body_n = b.n - head_n - 2;
            return r;
        }
        ssize_t n = recv(fd, piece,
                         r.head != NULL && want - b.n < sizeof piece ? want - b.n
                         : r.head != NULL                            ? sizeof piece
                                                                     : 1,
                         0);
        if (n <= 0)
            return (struct reply){0};
        buf_add(&b, piece, (size_t)n);
    }
}

/* One request on a connection of its own. headers: lines with \r\n, or "". */
static inline struct reply client_ask(struct arena *a, int port, const char *method, const char *target,
                                      const char *headers, const void *body, size_t body_n)
{
    int fd = client_open(port);
    if (fd < 0)
        return (struct reply){0};
    struct buf b = BUF(a);
    buf_printf(&b, "%s %s HTTP/1.1\r\nHost: test\r\n%s", method, target, headers);
    if (body != NULL)
        buf_printf(&b, "Content-Length: %zu\r\n", body_n);
    buf_puts(&b, "\r\n");
    client_send(fd, b.p, b.n);
    if (body != NULL)
        client_send(fd, body, body_n);
    struct reply r = client_read(a, fd, strcmp(method, "HEAD") == 0);
    close(fd);
    return r;
}

#endif
